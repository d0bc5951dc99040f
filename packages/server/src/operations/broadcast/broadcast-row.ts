/** A broadcast as operators see it. */
import { z } from 'zod';
import { type Broadcast, type PostState, postStates } from '../../broadcast/broadcast.ts';
import { isoTime, time, waits } from '../fields.ts';

/** As operators see them: what still waits when its broadcast is cancelled is never posted. */
export const shownPostStates = [...postStates, 'not_posted'] as const;

export type ShownPostState = (typeof shownPostStates)[number];

const counts = z
  .object(Object.fromEntries(shownPostStates.map((state) => [state, z.int()])) as Record<ShownPostState, z.ZodInt>)
  .describe('Teams by state; not_posted: those that waited when it was cancelled.');

export const broadcastRow = z.object({
  broadcast: z.int(),
  state: z
    .enum(['filling', 'running', 'done', 'cancelled'])
    .describe('filling: its teams are being written; running: servers post it.'),
  waits,
  who: z.string(),
  asked: time,
  ended: time.nullable(),
  to: z.string(),
  perMinute: z.int(),
  teams: z.int(),
  counts,
});

export type BroadcastRow = z.output<typeof broadcastRow>;

export function broadcastRowOf(
  broadcast: Broadcast,
  posts: Record<PostState, number>,
  { isServed }: { isServed: boolean },
): BroadcastRow {
  const { id, state, who, askedAtMs, endedAtMs, query, perMinute } = broadcast;
  return {
    broadcast: id,
    state,
    waits: state === 'running' && !isServed,
    who,
    asked: isoTime(askedAtMs),
    ended: endedAtMs === null ? null : isoTime(endedAtMs),
    to: query?.to ?? 'unreadable',
    perMinute,
    teams: Object.values(posts).reduce((sum, count) => sum + count, 0),
    counts: { ...posts, waiting: 0, not_posted: 0, [shownState(broadcast, 'waiting')]: posts.waiting },
  };
}

export function shownState({ state }: Pick<Broadcast, 'state'>, post: PostState): ShownPostState {
  return state === 'cancelled' && post === 'waiting' ? 'not_posted' : post;
}
