/** How a leaderboard is told: one line for each player. */
import type { Board } from '../game/board.ts';
import { nameOf, type Player } from '../game/players.ts';
import { type Ranked, ranksOf, recentMean } from '../game/ranks.ts';
import type { Settings } from '../game/settings.ts';

/** From here on a streak is worth a word. */
const LEAST_STREAK = 3;

export const NOBODY = 'Nobody has played this season. `challenge` somebody, or say whom you `lost to`.';

/** @param max Of the top, or (negative) of the tail; null: all. @defaultValue as the board has it set */
export function boardText(board: Board, settings: Settings, max: number | null = settings.max): string {
  const ranks = ranksOf(board);
  return ranksText(board, settings, max === null ? ranks : max < 0 ? ranks.slice(max) : ranks.slice(0, max));
}

export function ranksText(board: Board, settings: Settings, ranks: readonly Ranked[]): string {
  if (ranks.length === 0) return NOBODY;
  return ranks
    .map(({ rank, player }) => `${rank}. ${nameOf(board, player.id)}: ${standingText(player, settings)}`)
    .join('\n');
}

/** `2 wins, 1 loss (elo: 48, lately 30, 3 wins in a row)`. */
export function standingText({ standing }: Player, { base }: Settings): string {
  const { rating, streak } = standing;
  const shown = [`elo: ${base + Math.round(rating.points)}`, `lately ${base + Math.round(recentMean(standing))}`];
  const row = Math.abs(streak);
  if (row >= LEAST_STREAK) shown.push(`${counted(row, streak > 0 ? 'win' : 'loss')} in a row`);
  return `${recordText(standing)} (${shown.join(', ')})`;
}

export function recordText({ wins, losses, ties }: { wins: number; losses: number; ties: number }): string {
  const parts = [counted(wins, 'win'), counted(losses, 'loss')];
  if (ties > 0) parts.push(counted(ties, 'tie'));
  return parts.join(', ');
}

const PLURALS: Readonly<Record<string, string>> = { loss: 'losses', match: 'matches' };

export function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : (PLURALS[what] ?? `${what}s`)}`;
}
