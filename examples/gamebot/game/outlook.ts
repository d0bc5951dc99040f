/** What would be: the worth of a match, and who is likely to win it. */
import { algorithms } from '../ratings/algorithms.ts';
import { expectedScore, meanPoints, type Rating } from '../ratings/rating.ts';
import type { Board } from './board.ts';
import type { Sides } from './challenges.ts';
import { playerOf } from './players.ts';
import type { Settings } from './settings.ts';

/** Points that one player would gain by winning and lose by losing. */
export interface Stake {
  id: string;
  gain: number;
  loss: number;
}

/** Of a match without scores. */
export function stakesOf(board: Board, { own, others }: Sides, settings: Settings): Stake[] {
  const rateMatch = algorithms[board.season.algorithm ?? settings.algorithm];
  const [ours, theirs] = [ratingsOf(board, own), ratingsOf(board, others)];
  const won = rateMatch({ winners: ours, losers: theirs, isTie: false }, settings);
  const lost = rateMatch({ winners: theirs, losers: ours, isTie: false }, settings);
  const stakes = (ids: readonly string[], [before, wins, losses]: [Rating[], Rating[], Rating[]]) =>
    ids.map((id, at) => ({
      id,
      gain: differenceOf(before[at], wins[at]),
      loss: differenceOf(before[at], losses[at]),
    }));
  return [...stakes(own, [ours, won.winners, lost.losers]), ...stakes(others, [theirs, lost.winners, won.losers])];
}

/** In whole percent, of both sides together 100. */
export function chancesOf(board: Board, { own, others }: Sides): [own: number, others: number] {
  const chance = expectedScore(meanPoints(ratingsOf(board, own)), meanPoints(ratingsOf(board, others)));
  const percent = Math.round(100 * chance);
  return [percent, 100 - percent];
}

function ratingsOf(board: Board, ids: readonly string[]): Rating[] {
  return ids.map((id) => playerOf(board, id).standing.rating);
}

function differenceOf(before: Rating | undefined, after: Rating | undefined): number {
  return Math.round(after?.points ?? 0) - Math.round(before?.points ?? 0);
}
