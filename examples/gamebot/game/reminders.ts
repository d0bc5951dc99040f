/** What time does to challenges: nobody's answer ends them, and what is open is brought to mind. */
import type { Board } from './board.ts';
import { type Challenge, close } from './challenges.ts';
import type { Settings } from './settings.ts';

/** Once somebody was reminded, they are left alone for so long, in milliseconds. */
const AGAIN_MS = 24 * 3_600_000;

type Times = Pick<Settings, 'expireMs' | 'remindMs'>;

/** Ends what nobody has accepted in time, and answers what that was. */
export function expire(board: Board, atMs: number, { expireMs }: Times): Challenge[] {
  if (expireMs === null) return [];
  const isOver = ({ state, proposedAtMs }: Challenge) => state === 'proposed' && atMs - proposedAtMs >= expireMs;
  return board.challenges.filter(isOver).map((challenge) => close(board, challenge));
}

/** Notes and answers which challenges are to be brought to mind now. */
export function remind(board: Board, atMs: number, { remindMs }: Times): Challenge[] {
  if (remindMs === null) return [];
  const due = board.challenges.filter(({ proposedAtMs, remindedAtMs }) =>
    remindedAtMs === undefined ? atMs - proposedAtMs >= remindMs : atMs - remindedAtMs >= AGAIN_MS,
  );
  for (const challenge of due) challenge.remindedAtMs = atMs;
  return due;
}
