/** A replay of many failed events as operators see it. */
import { z } from 'zod';
import type { FailedFilter } from '../../inbox/replays/failed-filter.ts';
import type { Replay } from '../../inbox/replays/replays-repository.ts';
import { isoTime, time, waits } from '../fields.ts';

export const replayRow = z.object({
  replay: z.int(),
  state: z.enum(['running', 'done', 'cancelled']),
  waits,
  who: z.string(),
  asked: time,
  ended: time.nullable(),
  total: z.int().describe('Events that matched when it was asked for.'),
  replayed: z.int().describe('Made due until now.'),
  filter: z.record(z.string(), z.union([z.string(), z.number()])),
});

export type ReplayRow = z.output<typeof replayRow>;

/** What was asked for; what was made of it is our own business. */
function shownFilter(filter: FailedFilter | undefined): ReplayRow['filter'] {
  const { conditions: _conditions, seqs: _seqs, ...shown } = filter ?? { where: UNREADABLE };
  return shown;
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
    waits: state === 'running' && !isServed,
    who,
    asked: isoTime(askedAtMs),
    ended: endedAtMs === null ? null : isoTime(endedAtMs),
    total,
    replayed,
    filter: shownFilter(filter),
  };
}
