/** What a rating is, and what a match is to the ways of rating. Numbers only: knows neither people nor channels. */

/** Of one player. Each way of rating uses some of these and leaves the others alone. */
export interface Rating {
  /** Above or below the base of the board, which only shows. */
  points: number;
  /** Adaptive Elo: grows with each match, and makes the next one count less. */
  tau: number;
  /** Glicko: how uncertain `points` are. */
  deviation: number;
  /** Glicko-2: how much the player's strength changes. */
  volatility: number;
}

/** Of a player without a match. Glickman's start: RD 350, σ 0.06. */
export const newRating: Rating = { points: 0, tau: 0, deviation: 350, volatility: 0.06 };

/** A match between two sides of one or more. */
export interface RatedMatch {
  winners: readonly Rating[];
  losers: readonly Rating[];
  /** Then who is called winner means nothing. */
  isTie: boolean;
  /** All points of the winners and the losers, over all sets; undefined without scores. */
  points?: { winners: number; losers: number } | undefined;
}

/** What captains can set. */
export interface RatingTuning {
  /** Standard Elo: the most that a match can be worth. */
  k: number;
  /** Adaptive Elo: what is left of a match's worth with each tau. */
  decay: number;
}

/** The ratings after the match, in the order of its sides. */
export interface RatedSides {
  winners: Rating[];
  losers: Rating[];
}

export type RateMatch = (match: RatedMatch, tuning: RatingTuning) => RatedSides;

/** The chance to win, 0 to 1, by Elo's logistic curve with 400 points for ten to one. */
export function expectedScore(own: number, opponents: number): number {
  return 1 / (1 + 10 ** ((opponents - own) / 400));
}

export function meanPoints(side: readonly Rating[]): number {
  return side.reduce((sum, { points }) => sum + points, 0) / side.length;
}

/** A whole number, nearer to zero. Never -0, which JSON would not keep. */
export function truncated(points: number): number {
  return Math.trunc(points) + 0;
}
