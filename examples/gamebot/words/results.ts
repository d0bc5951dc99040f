/** How a match is told. */
import type { Board } from '../game/board.ts';
import type { Match } from '../game/matches.ts';
import { nameOf, namesOf, playerOf } from '../game/players.ts';
import { type Margin, marginOf, type Score, turned } from '../game/scores.ts';
import type { Settings } from '../game/settings.ts';
import { boardText } from './board-text.ts';

const VERBS: Readonly<Record<Margin, string>> = {
  unscored: 'beat',
  tie: 'drew with',
  narrow: 'squeezed past',
  normal: 'won against',
  heavy: 'outplayed',
  humiliating: 'flattened',
};

/** `Ann squeezed past Bob, 21:19`, and what the board wants to hear behind it. */
export function resultText(board: Board, match: Match, settings: Settings): string {
  const lines = [`${outcomeText(board, match)}.`];
  if (settings.details === 'elo' || settings.details === 'all') lines.push(ratingsText(board, match, settings));
  if (settings.details === 'leaderboard' || settings.details === 'all') lines.push(boardText(board, settings));
  return lines.join('\n');
}

export function outcomeText(board: Board, { winners, losers, isTie, isResigned, scores }: Match): string {
  // The winners are named first, and so are their points. Of a tie the challengers stand where the losers do, and come last, too.
  const behind = scores.length === 0 ? '' : `, ${scoresText(turned(scores))}`;
  const [winning, losing] = [winners, losers].map((ids) => namesOf(board, ids));
  if (isResigned) return `${losing} resigned against ${winning}`;
  return `${winning} ${VERBS[marginOf(scores, isTie)]} ${losing}${behind}`;
}

function scoresText(scores: readonly Score[]): string {
  return scores.map((points) => points.join(':')).join(' ');
}

/** `Ann 48 (+48), Bob -48 (-48)`. */
function ratingsText(board: Board, { winners, losers, before }: Match, { base }: Settings): string {
  const one = (id: string) => {
    const now = Math.round(playerOf(board, id).standing.rating.points);
    const change = now - Math.round(before[id]?.rating.points ?? 0);
    return `${nameOf(board, id)} ${base + now} (${signed(change)})`;
  };
  return [...winners, ...losers].map(one).join(', ');
}

export function signed(change: number): string {
  return change > 0 ? `+${change}` : String(change);
}
