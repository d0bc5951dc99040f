/** Everything that is stored of a team, as one JSON document: rows, timeline, documents of the bot, and (asked for) its tokens. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { isoTime, next, teamId as teamIdField, time } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { requireTeam } from './find-team.ts';
import { teamRow, teamRowsOf } from './team-row.ts';
import { entryOf, timelineEntry } from './team-timeline.ts';
import { leftOutToken, tokenLinesOf } from './token-lines.ts';

/** Documents that are read at once; with the largest values that is 25 MiB. */
const PAGE = 100;

const document = z.object({ teamId: z.string(), key: z.string(), version: z.number(), value: z.unknown() });

export const exportTeam = defineOperation({
  name: 'teams.export',
  role: 'operate',
  summary: 'all stored data of a team as JSON, for its people or for another server',
  undo: 'not needed: nothing is changed',
  input: z.strictObject({
    teamId: teamIdField,
    tokens: z
      .boolean('must be true or false')
      .default(false)
      .describe('With its tokens, as lines that `teams import` takes. At the command line only.'),
  }),
  output: z.object({
    exportedAt: time,
    teams: z.array(teamRow).describe('Of an organization all its workspaces.'),
    timeline: z.array(timelineEntry),
    documents: z.array(document).describe('What the bot keeps of them.'),
    import: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .describe(
        'Lines for `teams import`: the team with the tokens of the bot and of people, unless they rotate, then its documents.',
      ),
    leftOut: z.array(leftOutToken).optional().describe('Beside `import`: tokens that are not in it.'),
    next,
  }),
  errors: ['installation_not_found'],
  async run(context, { teamId, tokens }) {
    const { clock, installations, mayShowSecrets } = context;
    if (tokens && !mayShowSecrets) {
      const message =
        'tokens are given out only where the database and its key are: run the command there, without --server';
      throw new BotServerError('invalid_input', message, { facts: { teamId } });
    }
    const view = await requireTeam(context, teamId);
    const isWhole = !view.installation.isEnterprise || view.installation.key === teamId;
    const teams = teamRowsOf(view).filter((row) => isWhole || row.teamId === teamId);
    const documents = await documentsOf(context, teams);
    const withTokens = tokens ? tokenLinesOf(view, await installations.credentials(view.installation.key)) : undefined;
    return {
      exportedAt: isoTime(clock.now()),
      teams,
      timeline: (await installations.timeline(view.installation.key)).map(entryOf),
      documents,
      ...(withTokens && {
        import: [...withTokens.lines, ...documents.map(documentLineOf)],
        leftOut: withTokens.leftOut,
      }),
      next: tokens ? 'keep it as safe as the key of the database' : 'nothing is changed',
    };
  },
});

async function documentsOf({ data }: RunContext, teams: readonly { teamId: string }[]) {
  const documents: z.output<typeof document>[] = [];
  for (const { teamId } of teams) {
    for (let afterKey = ''; ; ) {
      const page = await data(teamId).list<unknown>({ afterKey, limit: PAGE });
      documents.push(...page.map(({ key, version, value }) => ({ teamId, key, version, value })));
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      afterKey = last.key;
    }
  }
  return documents;
}

/** As `teams import` takes it. A version means something where it was given only. */
function documentLineOf({ teamId, key, value }: z.output<typeof document>): Record<string, unknown> {
  return { team_id: teamId, document: { key, value } };
}
