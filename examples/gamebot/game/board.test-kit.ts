/** Boards for tests of its rules. */
import { type Board, newBoard } from './board.ts';
import { see } from './players.ts';
import { lost } from './results.ts';
import { settingsDefaults } from './settings.ts';

export const settings = settingsDefaults;
export const HOUR_MS = 3_600_000;
export const at = { atMs: 1_000, settings };

/** Ann is the captain. */
export function aBoard(...names: string[]): Board {
  const board = newBoard({ atMs: 0, pictureKey: 'key' });
  for (const name of ['Ann', 'Bob', ...names]) see(board, { id: idOf(name), name, namedAtMs: 0 });
  return board;
}

export function idOf(name: string): string {
  return `U${name.toUpperCase()}`;
}

export function ids(...names: string[]): string[] {
  return names.map(idOf);
}

/** Loses so many times to somebody. */
export function loses(board: Board, loser: string, winner: string, times = 1): void {
  for (let n = 0; n < times; n++) {
    lost(board, { me: idOf(loser), sides: { own: ids(loser), others: ids(winner) }, scores: [] }, at);
  }
}
