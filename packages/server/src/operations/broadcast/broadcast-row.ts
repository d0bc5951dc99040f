/** A broadcast as operators see it. */
import { z } from 'zod';
import { type Broadcast, type PostState, postStates } from '../../broadcast/broadcast.ts';
import { isoTime, time } from '../fields.ts';

export { type PostState, postStates } from '../../broadcast/broadcast.ts';

const counts = z.object(Object.fromEntries(postStates.map((state) => [state, z.int()])) as Record<PostState, z.ZodInt>);

export const broadcastRow = z.object({
  broadcast: z.int(),
  state: z
    .enum(['filling', 'running', 'done', 'cancelled'])
    .describe('filling: its teams are being written; running: servers post it.'),
  who: z.string(),
  asked: time,
  ended: time.nullable(),
  to: z.string(),
  perMinute: z.int(),
  teams: z.int(),
  counts,
});

export type BroadcastRow = z.output<typeof broadcastRow>;

export function broadcastRowOf(broadcast: Broadcast, posts: Record<PostState, number>): BroadcastRow {
  const { id, state, who, askedAtMs, endedAtMs, query, perMinute } = broadcast;
  return {
    broadcast: id,
    state,
    who,
    asked: isoTime(askedAtMs),
    ended: endedAtMs === null ? null : isoTime(endedAtMs),
    to: query?.to ?? 'unreadable',
    perMinute,
    teams: Object.values(posts).reduce((sum, count) => sum + count, 0),
    counts: posts,
  };
}
