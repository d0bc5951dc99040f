/** Who is where on the board. */
import type { Board } from './board.ts';
import type { Player } from './players.ts';

export interface Ranked {
  rank: number;
  player: Player;
}

/** Points of so many matches make the mean that is shown. */
const MEAN_OF = 10;

/** Players who are there and have played, the best first. Who is equal in everything shares a rank. */
export function ranksOf(board: Pick<Board, 'players'>): Ranked[] {
  const players = Object.values(board.players).filter((player) => player.isRegistered && hasPlayed(player));
  const sorted = players.toSorted((a, b) => {
    const [ours, theirs] = [keysOf(a), keysOf(b)];
    const at = ours.findIndex((key, index) => key !== theirs[index]);
    return at < 0 ? 0 : (theirs[at] ?? 0) - (ours[at] ?? 0);
  });
  let rank = 0;
  return sorted.map((player, index) => {
    const above = sorted[index - 1];
    if (!above || String(keysOf(above)) !== String(keysOf(player))) rank++;
    return { rank, player };
  });
}

/** More of each is better. */
function keysOf({ standing: { rating, wins, losses, ties } }: Player): number[] {
  return [rating.points, wins, -losses, ties];
}

export function hasPlayed({ standing: { wins, losses, ties } }: Player): boolean {
  return wins + losses + ties > 0;
}

/** The part of the board from the best to the last of these; those without a rank are left out. */
export function ranksAround(ranks: readonly Ranked[], ids: readonly string[]): Ranked[] {
  const isMeant = ({ player }: Ranked) => ids.includes(player.id);
  const first = ranks.findIndex(isMeant);
  return first < 0 ? [] : ranks.slice(first, ranks.findLastIndex(isMeant) + 1);
}

/** Of the points after the last ten matches. */
export function recentMean({ history, rating }: Player['standing']): number {
  const last = history.slice(-MEAN_OF);
  return last.length === 0 ? rating.points : last.reduce((sum, points) => sum + points, 0) / last.length;
}
