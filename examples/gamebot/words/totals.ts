/** How it is told how often people played. */
import type { Board } from '../game/board.ts';
import { gamesOf } from '../game/matches.ts';
import { nameOf, namesOf } from '../game/players.ts';
import { hasPlayed } from '../game/ranks.ts';
import { counted, NOBODY, recordText } from './board-text.ts';

/** Totals by pair, those that played most first. @param of Only pairs with all of these; nobody: every pair */
export function pairsText(board: Board, { of, max }: { of: readonly string[]; max: number }): string {
  const pairs = Object.entries(board.season.pairs)
    .map(([key, totals]) => ({ sides: key.split('|').map((side) => side.split('+')), totals }))
    .filter(({ sides }) => of.every((id) => sides.flat().includes(id)))
    .toSorted((a, b) => gamesOf(b.totals) - gamesOf(a.totals))
    .slice(0, max);
  if (pairs.length === 0) return of.length === 0 ? NOBODY : `No matches of ${namesOf(board, of)} this season.`;
  return pairs
    .map(({ sides: [first = [], second = []], totals }) => pairText(board, { first, second, totals }))
    .join('\n');
}

function pairText(
  board: Board,
  { first, second, totals }: { first: string[]; second: string[]; totals: readonly [number, number, number] },
): string {
  // The side that won more often comes first.
  const [winners, losers] = totals[0] >= totals[1] ? [first, second] : [second, first];
  const [most, least] = [Math.max(totals[0], totals[1]), Math.min(totals[0], totals[1])];
  const ties = totals[2] > 0 ? `, ${counted(totals[2], 'tie')}` : '';
  const [one, other] = [winners, losers].map((ids) => namesOf(board, byName(board, ids)));
  return `• ${one} against ${other}: ${most}–${least}${ties}`;
}

/** The ids of a pair are in an order of their own. */
function byName(board: Board, ids: readonly string[]): string[] {
  return ids.toSorted((a, b) => nameOf(board, a).localeCompare(nameOf(board, b)));
}

/** Of these players, or of everybody who has played. */
export function gamesText(board: Board, ids: readonly string[]): string {
  const players =
    ids.length === 0 ? Object.values(board.players).filter(hasPlayed) : ids.flatMap((id) => board.players[id] ?? []);
  if (players.length === 0) return NOBODY;
  const lines = players
    .toSorted((a, b) => games(b) - games(a))
    .map((player) => `• ${nameOf(board, player.id)}: ${recordText(player.standing)}`);
  return [`${counted(board.season.matches, 'game')} this season.`, ...lines].join('\n');
}

function games({ standing: { wins, losses, ties } }: Board['players'][string]): number {
  return wins + losses + ties;
}
