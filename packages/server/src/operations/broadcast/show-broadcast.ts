/** One broadcast, and what became of it in each team. */
import { z } from 'zod';
import { type Broadcast, type BroadcastPost, postStates } from '../../broadcast/broadcast.ts';
import { countPosts, listPosts } from '../../broadcast/broadcast-repository.ts';
import { given, isoTime, time, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isServed } from '../owner.ts';
import { broadcastRow, broadcastRowOf, shownPostStates, shownState } from './broadcast-row.ts';
import { broadcastId, requireBroadcast } from './find-broadcast.ts';

const post = z.object({
  teamId: z.string(),
  state: z.enum(shownPostStates),
  to: z.string().nullable(),
  channel: z.string().nullable(),
  ts: z.string().nullable(),
  attempts: z.int(),
  error: z.string().nullable().describe("Slack's code, or why it was skipped."),
  at: time.nullable(),
});

export const showBroadcast = defineOperation({
  name: 'broadcast.show',
  role: 'read',
  summary: 'a broadcast, and its result for each team',
  input: z.strictObject({
    broadcast: broadcastId,
    state: z.enum(shownPostStates, `must be one of ${shownPostStates.join(', ')}`).optional(),
    limit: wholeNumber(1, 1_000).default(100),
    cursor: z.string('must be a nextCursor').max(255, 'must be a nextCursor').optional(),
  }),
  output: broadcastRow.extend({
    posts: z.array(post).describe('In the order of their teams.'),
    nextCursor: z.string().nullable().describe('Gets the next page; null after the last.'),
  }),
  errors: ['broadcast_not_found'],
  async run(context, { broadcast: id, state, limit, cursor = '' }) {
    const broadcast = await requireBroadcast(context, id);
    const stored = state && postStates.find((one) => shownState(broadcast, one) === state);
    const isNone = state !== undefined && stored === undefined;
    const page = { ...given({ state: stored }), afterTeam: cursor, limit };
    const posts = isNone ? [] : await listPosts(context.store, id, page);
    return {
      ...broadcastRowOf(broadcast, await countPosts(context.store, id), { isServed: await isServed(context) }),
      posts: posts.map((one) => postOf(broadcast, one)),
      nextCursor: posts.length < limit ? null : (posts.at(-1)?.teamId ?? null),
    };
  },
});

function postOf(
  broadcast: Broadcast,
  { teamId, state, target, channel, ts, attempts, error, atMs }: BroadcastPost,
): z.output<typeof post> {
  const at = atMs === null ? null : isoTime(atMs);
  return { teamId, state: shownState(broadcast, state), to: target, channel, ts, attempts, error, at };
}
