/**
 * Elo that adapts: the first matches of a player count much, later ones less and less (`decay` to the power of `tau`), and scores count
 * besides who won. What a match is worth depends on each player's own rating, so the sides need not gain and lose the same.
 */
import { expectedScore, meanPoints, type RatedMatch, type RateMatch, type Rating, truncated } from './rating.ts';

/** With each match of a player. */
const TAU_STEP = 0.5;
/** From here on a match counts the same: half of what the first one does at the usual decay of 0.94. */
const MAX_TAU = 11;
/** Between equal players half of this is at stake. */
const STAKE = 100;

export const rateAdaptiveElo: RateMatch = (match, { decay }) => {
  const ratio = ratioOf(match);
  // A tie is a success of whoever is rated lower.
  const isSwapped = match.isTie && meanPoints(match.winners) > meanPoints(match.losers);
  const [gaining, losing] = isSwapped ? [match.losers, match.winners] : [match.winners, match.losers];
  const move = (side: readonly Rating[], others: readonly Rating[], sign: 1 | -1) =>
    side.map((own) => {
      const chance = expectedScore(own.points, meanPoints(others));
      const surprise = STAKE * (sign === 1 ? 1 - chance : chance);
      const tau = Math.min(own.tau + TAU_STEP, MAX_TAU);
      const sideRatio = Math.min(others.length / side.length, 1);
      const delta = surprise * ratio * decay ** tau * sideRatio;
      return { ...own, tau, points: truncated(own.points + sign * delta) };
    });
  const [gained, lost] = [move(gaining, losing, 1), move(losing, gaining, -1)];
  return isSwapped ? { winners: lost, losers: gained } : { winners: gained, losers: lost };
};

/** 1 for a match without scores; with them from above 1 (a narrow win) to 2 (the losers made no point). */
function ratioOf({ winners, losers, isTie, points }: RatedMatch): number {
  if (isTie) return meanPoints(winners) === meanPoints(losers) ? 0 : 0.5;
  const total = points ? points.winners + points.losers : 0;
  return points && total > 0 ? (2 * points.winners) / total : 1;
}
