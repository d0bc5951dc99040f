/** The ways of rating, by the names that captains set. */
import { rateAdaptiveElo } from './elo-adaptive.ts';
import { rateStandardElo } from './elo-standard.ts';
import { rateGlicko1, rateGlicko2 } from './glicko.ts';
import type { RateMatch } from './rating.ts';

export const algorithms = {
  adaptive: rateAdaptiveElo,
  standard: rateStandardElo,
  glicko: rateGlicko1,
  glicko2: rateGlicko2,
} as const satisfies Record<string, RateMatch>;

export type Algorithm = keyof typeof algorithms;

export const algorithmNames = Object.keys(algorithms) as Algorithm[];
