/** A broadcast as operators see it. */
import { z } from 'zod';
import { type Broadcast, type PostState, postStates, TO_INSTALLER } from '../../broadcast/broadcast.ts';
import { isoTime, needsServer, time } from '../fields.ts';

export type { CancelReason } from '../../broadcast/broadcast.ts';

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
    .describe('filling: its recipients are being prepared; running: servers post it.'),
  needsServer,
  who: z.string(),
  asked: time,
  ended: time.nullable(),
  why: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'Why it was cancelled, where no operator did that: writer_died, writer_failed, interrupted, message_unreadable.',
    ),
  to: z.string(),
  orElse: z
    .string()
    .nullable()
    .default(null)
    .describe('Where nobody knows who installed the app; null: it is skipped.'),
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
  const { id, state, who, askedAtMs, endedAtMs, query, perMinute, why } = broadcast;
  return {
    broadcast: id,
    state,
    needsServer: state === 'running' && !isServed,
    who,
    asked: isoTime(askedAtMs),
    ended: endedAtMs === null ? null : isoTime(endedAtMs),
    why,
    to: query?.to ?? 'unreadable',
    orElse: query?.to === TO_INSTALLER ? (query.orElse ?? null) : null,
    perMinute,
    teams: Object.values(posts).reduce((sum, count) => sum + count, 0),
    counts: { ...posts, waiting: 0, not_posted: 0, [shownState(broadcast, 'waiting')]: posts.waiting },
  };
}

export function shownState({ state }: Pick<Broadcast, 'state'>, post: PostState): ShownPostState {
  return state === 'cancelled' && post === 'waiting' ? 'not_posted' : post;
}
