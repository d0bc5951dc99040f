/** Teams that do not play any more: told once, and left alone a day later. */
import type { TeamNotes } from '../store/team-notes.ts';

const DAY_MS = 24 * 3_600_000;
/** A month, in milliseconds. */
const IDLE_MS = 30 * DAY_MS;
/** Between the word of warning and the end: a day, less the spread of a daily job. */
const NOTICE_MS = 20 * 3_600_000;

/** @param activeAtMs Of the last match or challenge, or of the install: whatever was last */
export function idleStep(
  { idleToldAtMs }: Pick<TeamNotes, 'idleToldAtMs'>,
  { activeAtMs, nowMs }: { activeAtMs: number; nowMs: number },
): 'nothing' | 'tell' | 'end' {
  if (nowMs - activeAtMs < IDLE_MS) return 'nothing';
  // What was told before the last match does not count.
  if (idleToldAtMs === undefined || idleToldAtMs < activeAtMs) return 'tell';
  return nowMs - idleToldAtMs >= NOTICE_MS ? 'end' : 'nothing';
}

export const idleNotice =
  'Nobody has played for a month, so I leave tomorrow. A challenge or a match keeps me here; later the install button brings me back, and for two weeks all boards with me.';
