/** A replay of many failed events as operators see it. */
import { z } from 'zod';
import type { FailedFilter } from '../../inbox/replays/failed-filter.ts';
import type { Replay } from '../../inbox/replays/replays-repository.ts';
import { isoTime, needsServer, time } from '../fields.ts';

export const replayRow = z.object({
  replay: z.int(),
  state: z.enum(['running', 'done', 'cancelled']),
  needsServer,
  who: z.string(),
  asked: time,
  ended: time.nullable(),
  total: z.int().describe('Events that matched when it was asked for.'),
  replayed: z.int().describe('Made due until now.'),
  why: z
    .string()
    .nullable()
    .default(null)
    .describe('Of one that is done: why fewer events were replayed than matched.'),
  filter: z.record(z.string(), z.union([z.string(), z.number()])),
});

export type ReplayRow = z.output<typeof replayRow>;

/** What was asked for; what was made of it is our own business. */
function shownFilter(filter: FailedFilter | undefined): ReplayRow['filter'] {
  const { conditions: _conditions, seqs: _seqs, ...shown } = filter ?? { where: UNREADABLE };
  return shown;
}

/** Which of these it was is not kept. */
function leftOutWords({ total, replayed }: Pick<Replay, 'total' | 'replayed'>): string | null {
  const count = total - replayed;
  if (count <= 0) return null;
  const of = total === 1 ? 'the matching event' : `${count} of ${total} matching events`;
  return count === 1
    ? `${of} was not replayed: its team was no longer active, or it was replayed or discarded in the meantime`
    : `${of} were not replayed: their teams were no longer active, or they were replayed or discarded in the meantime`;
}

/** In place of a filter that nobody asked for: its row was changed. */
const UNREADABLE = 'unreadable';

export function replayRowOf(
  { id, state, who, askedAtMs, endedAtMs, total, replayed, filter }: Replay,
  { isServed }: { isServed: boolean },
): ReplayRow {
  return {
    replay: id,
    state,
    needsServer: state === 'running' && !isServed,
    who,
    asked: isoTime(askedAtMs),
    ended: endedAtMs === null ? null : isoTime(endedAtMs),
    total,
    replayed,
    why: state === 'done' ? leftOutWords({ total, replayed }) : null,
    filter: shownFilter(filter),
  };
}
