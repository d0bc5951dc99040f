/** How it is told what a match would be worth. */
import type { Board } from '../game/board.ts';
import type { Sides } from '../game/challenges.ts';
import type { Stake } from '../game/outlook.ts';
import { nameOf, namesOf } from '../game/players.ts';
import { signed } from './results.ts';

export function outlookText(board: Board, { own, others }: Sides, stakes: readonly Stake[]): string {
  const lines = stakes.map(
    ({ id, gain, loss }) => `• ${nameOf(board, id)}: ${signed(gain)} for a win, ${signed(loss)} for a loss`,
  );
  return [`${namesOf(board, own)} against ${namesOf(board, others)} is worth:`, ...lines].join('\n');
}
