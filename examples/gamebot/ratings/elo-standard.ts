/** Elo as in chess: k · (S − E), against the mean of the other side. */
import { expectedScore, meanPoints, type RateMatch, type Rating } from './rating.ts';

export const rateStandardElo: RateMatch = ({ winners, losers, isTie }, { k }) => {
  const rate = (side: readonly Rating[], others: readonly Rating[], score: number) =>
    side.map((own) => ({
      ...own,
      // To the nearest whole number, as FIDE's rating regulations round. + 0: no -0.
      points: Math.round(own.points + k * (score - expectedScore(own.points, meanPoints(others)))) + 0,
    }));
  return { winners: rate(winners, losers, isTie ? 0.5 : 1), losers: rate(losers, winners, isTie ? 0.5 : 0) };
};
