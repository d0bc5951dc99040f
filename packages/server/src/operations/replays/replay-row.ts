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
  why: z.string().nullable().default(null).describe('Of one that is done: why it made fewer due than matched.'),
  filter: z.record(z.string(), z.union([z.string(), z.number()])),
});

export type ReplayRow = z.output<typeof replayRow>;

/** What was asked for; what was made of it is our own business. */
function shownFilter(filter: FailedFilter | undefined): ReplayRow['filter'] {
  const { conditions: _conditions, seqs: _seqs, ...shown } = filter ?? { where: UNREADABLE };
  return shown;
}

/** Which of these it was is not kept. */
function leftOutWords(count: number): string | null {
  if (count <= 0) return null;
  if (count === 1)
    return '1 event was left as it is: its team was not active any more, or somebody replayed or discarded it meanwhile';
  return `${count} events were left as they are: their teams were not active any more, or somebody replayed or discarded them meanwhile`;
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
    why: state === 'done' ? leftOutWords(total - replayed) : null,
    filter: shownFilter(filter),
  };
}
