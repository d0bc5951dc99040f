/** One message to many teams. A row for each team, which the server that owns the team posts. */
import { z } from 'zod';
import { TO_INSTALLER } from '../../broadcast/broadcast.ts';
import { countRecipients, createBroadcast } from '../../broadcast/broadcast-repository.ts';
import { BotServerError } from '../../errors.ts';
import { given, id, next, server, teamId, wholeNumber } from '../fields.ts';
import { hasContent, messageFields, NO_CONTENT } from '../message-fields.ts';
import { defineOperation } from '../operation.ts';
import { type ActingServer, actingServer } from '../owner.ts';
import { MAX_QUERY } from '../query/query-terms.ts';
import { requireTeam } from '../teams/find-team.ts';
import { parseTeamQuery } from '../teams/team-query.ts';

/** Posts per minute: Slack allows about one a second in a channel; each team is another channel. */
const MAX_PER_MINUTE = 6_000;
const MAX_SEARCH = 255;

export const startBroadcast = defineOperation({
  name: 'broadcast.start',
  role: 'operate',
  summary: 'post a message as the bot to all active teams, or to those that match',
  undo: 'broadcast.cancel stops what is not posted; api.call chat.delete takes back a post',
  input: z
    .strictObject({
      ...messageFields,
      to: id('installer, or a channel that each team has, for example #general')
        .default(TO_INSTALLER)
        .describe('installer: of each team the person who installed the app.'),
      orElse: id('a channel, for example #general').optional().describe('Where nobody knows who installed the app.'),
      teamId: teamId.optional().describe('Only this team.'),
      search: z
        .string('must be a string')
        .max(MAX_SEARCH, `must have at most ${MAX_SEARCH} characters`)
        .optional()
        .describe('Only teams with this in their id, name or domain.'),
      where: z
        .string('must be a string')
        .trim()
        .min(1, 'must not be empty: leave it out for all active teams')
        .max(MAX_QUERY, `must have at most ${MAX_QUERY} characters`)
        .optional()
        .describe('Only active teams that match this query; the terms are those of teams.list.'),
      perMinute: wholeNumber(1, MAX_PER_MINUTE).default(60).describe('Posts per minute of all servers together.'),
      dryRun: z.boolean('must be true or false').default(false).describe('Only count the teams.'),
    })
    .refine(hasContent, NO_CONTENT),
  output: z.object({
    broadcast: z.int().nullable().describe('Its number; null: nothing is posted.'),
    teams: z.int(),
    installerUnknown: z
      .int()
      .describe(
        'Of them those that are skipped: nobody knows who installed the app there, and orElse names no channel.',
      ),
    minutes: z.number().describe('How long it takes at that pace.'),
    server,
    next,
  }),
  progress: z.object({ done: z.int(), total: z.int() }),
  errors: ['interrupted', 'installation_not_found'],
  async run(context, { text, blocks, perMinute, dryRun, ...query }) {
    const { store, clock, actor, onProgress, signal } = context;
    const { where } = query;
    const conditions = where === undefined ? undefined : parseTeamQuery(where, { nowMs: clock.now() });
    const wanted = given({ ...query, conditions });
    const { teams: total, installerUnknown } = await countRecipients(store, wanted);
    // An id that is mistyped must not look like a team that is not active just now.
    if (total === 0 && query.teamId !== undefined) await requireTeam(context, query.teamId);
    const minutes = Math.ceil((total / perMinute) * 10) / 10;
    const acting = await actingServer(context);
    const facts = { teams: total, installerUnknown, minutes, server: acting };
    if (dryRun || total === 0) {
      const words = total === 0 ? 'no active team matches' : 'nothing was posted';
      return { ...facts, broadcast: null, next: words };
    }
    const { id: broadcast, isRunning } = await createBroadcast(
      store,
      {
        message: given({ text, blocks }),
        query: wanted,
        perMinute,
        who: actor.who,
        askedAtMs: Math.floor(clock.now()),
      },
      { onPage: (done) => onProgress({ done, total }), signal },
    );
    if (!isRunning) throw cancelled(broadcast);
    return { ...facts, broadcast, next: wordsOf(acting) };
  },
});

function wordsOf(acting: ActingServer): string {
  if (acting === null) return 'no server is running; the next one begins to post it';
  const who = acting === 'several' ? 'each server posts to the teams that it owns' : 'the running server posts it';
  return `${who}, beginning within two seconds, behind the broadcasts before it`;
}

/** While its recipients were prepared, by whoever asked for it or by another one. */
function cancelled(broadcast: number): BotServerError {
  const message = `Nothing was posted: broadcast ${broadcast} was cancelled before it began`;
  return new BotServerError('interrupted', message, { facts: { broadcast }, fix: 'Start it again.' });
}
