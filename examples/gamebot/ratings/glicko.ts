/**
 * Glicko-1 by its paper (Mark E. Glickman, "The Glicko system"), and Glicko-2 by the library glicko2-lite. Each match is a rating period
 * of its own; a side of several is one opponent with their mean rating. Only differences of ratings matter, so that ours begin at 0.
 */
import glicko2 from 'glicko2-lite';
import { meanPoints, type RateMatch, type Rating } from './rating.ts';

/** One game of a rating period. */
export interface GlickoGame {
  opponent: Pick<Rating, 'points' | 'deviation'>;
  /** 1 won, 0.5 drawn, 0 lost. */
  score: number;
}

const Q = Math.LN10 / 400;
/** Nobody gets more certain: else the rating of somebody who plays much would hardly move. (The paper, step 1) */
const LEAST_DEVIATION = 30;
/** The system constant of Glicko-2, which limits how fast volatility changes. (Glickman: 0.3 to 1.2) */
const TAU = 0.5;
/** Where the scale of Glicko-2 has its middle; glicko2-lite wants ratings around it. */
const CENTRE = 1_500;

/** How little an uncertain opponent tells. */
function weightOf(deviation: number): number {
  return 1 / Math.sqrt(1 + (3 * Q ** 2 * deviation ** 2) / Math.PI ** 2);
}

/** A rating after a period with these games. */
export function afterGlicko1<R extends Pick<Rating, 'points' | 'deviation'>>(own: R, games: readonly GlickoGame[]): R {
  let information = 0;
  let surprise = 0;
  for (const { opponent, score } of games) {
    const weight = weightOf(opponent.deviation);
    const expected = 1 / (1 + 10 ** ((-weight * (own.points - opponent.points)) / 400));
    information += Q ** 2 * weight ** 2 * expected * (1 - expected);
    surprise += weight * (score - expected);
  }
  const variance = 1 / (1 / own.deviation ** 2 + information);
  return {
    ...own,
    points: own.points + Q * variance * surprise,
    deviation: Math.max(Math.sqrt(variance), LEAST_DEVIATION),
  };
}

/** The same by Glicko-2, which also learns how steady somebody is. */
export function afterGlicko2(own: Rating, games: readonly GlickoGame[]): Rating {
  const opponents = games.map(({ opponent, score }): [number, number, number] => [
    CENTRE + opponent.points,
    opponent.deviation,
    score,
  ]);
  const { rating, rd, vol } = glicko2(CENTRE + own.points, own.deviation, own.volatility, opponents, { tau: TAU });
  return { ...own, points: rating - CENTRE, deviation: rd, volatility: vol };
}

type After = (own: Rating, games: readonly GlickoGame[]) => Rating;

function rateBy(after: After): RateMatch {
  return ({ winners, losers, isTie }) => {
    const rate = (side: readonly Rating[], others: readonly Rating[], score: number) =>
      side.map((own) => after(own, [{ opponent: oneOf(others), score }]));
    return { winners: rate(winners, losers, isTie ? 0.5 : 1), losers: rate(losers, winners, isTie ? 0.5 : 0) };
  };
}

/** A side as one opponent: the mean of its ratings, and of their variances. */
function oneOf(side: readonly Rating[]): GlickoGame['opponent'] {
  const variance = side.reduce((sum, { deviation }) => sum + deviation ** 2, 0) / side.length;
  return { points: meanPoints(side), deviation: Math.sqrt(variance) };
}

export const rateGlicko1: RateMatch = rateBy(afterGlicko1);
export const rateGlicko2: RateMatch = rateBy(afterGlicko2);
