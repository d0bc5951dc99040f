/** Everything that is stored of a team, as one JSON document: rows, timeline, documents of the bot, and (asked for) its tokens. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import type { IncomingWebhook } from '../../team/incoming-webhook.ts';
import { selectInstaller } from '../../team/installer-repository.ts';
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
  auditedInput: (input, { who }) => ({ ...input, ...receiverOf(who) }),
  auditedResult: ({ teams, timeline, documents, import: lines, leftOut }) => ({
    teams: teams.length,
    timeline: timeline.length,
    documents: documents.length,
    ...(lines && { lines: lines.length, leftOut: leftOut?.length ?? 0 }),
  }),
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
    installedBy: z
      .string()
      .nullable()
      .default(null)
      .describe('Id of the person who installed the app, where it is known.'),
    incomingWebhook: z
      .object({
        channel: z.string().nullable(),
        channelId: z.string().nullable(),
        configurationUrl: z.string().nullable(),
      })
      .nullable()
      .default(null)
      .describe('Where its incoming webhook posts. Its URL is a secret: it is in `import` only.'),
    timeline: z.array(timelineEntry),
    documents: z.array(document).describe('What the bot keeps of them.'),
    import: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .describe(
        'Lines for `teams import`: the team with the tokens of the bot and of people, unless they rotate, its webhook and who installed it, then its documents.',
      ),
    leftOut: z.array(leftOutToken).optional().describe('Beside `import`: tokens that are not in it.'),
    next,
  }),
  errors: ['installation_not_found'],
  async run(context, { teamId, tokens }) {
    const { clock, installations, reads, mayShowSecrets } = context;
    if (tokens && !mayShowSecrets) {
      throw new BotServerError('invalid_input', 'tokens are never given to an agent, nor over the API', {
        facts: { teamId },
        fix: 'Run `slack-bot-server teams export TEAM --tokens --to FILE` at the command line, where the database and its key are, without --server.',
      });
    }
    const view = await requireTeam(context, teamId);
    const isWhole = !view.installation.isEnterprise || view.installation.key === teamId;
    const isExported = (team: { teamId: string }) => isWhole || team.teamId === teamId;
    const teams = teamRowsOf(view).filter(isExported);
    const documents = await documentsOf(context, teams);
    const { key } = view.installation;
    const [credentials, installedBy] = await Promise.all([installations.credentials(key), selectInstaller(reads, key)]);
    const withTokens = tokens
      ? tokenLinesOf({ ...view, installedBy, workspaces: view.teams.filter(isExported) }, credentials)
      : undefined;
    return {
      exportedAt: isoTime(clock.now()),
      teams,
      installedBy,
      incomingWebhook: placeOf(credentials.bot?.incomingWebhook),
      timeline: (await installations.timeline(key)).map(entryOf),
      documents,
      ...(withTokens && {
        import: [...withTokens.lines, ...documents.map(documentLineOf)],
        leftOut: withTokens.leftOut,
      }),
      next: tokens ? 'keep it as safe as the key of the database' : 'nothing is changed',
    };
  },
});

/** Who has it now. A command on this machine says more: its file. What another machine makes of the answer only that one knows. */
function receiverOf(who: string): { to?: string } {
  if (who.startsWith('api:')) return { to: 'whoever asked over the API' };
  return who.startsWith('mcp:') ? { to: 'the agent that asked' } : {};
}

function placeOf(webhook: IncomingWebhook | undefined) {
  if (!webhook) return null;
  const { channel, channelId, configurationUrl } = webhook;
  return { channel, channelId, configurationUrl };
}

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
