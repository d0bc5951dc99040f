/**
 * How long to wait before an attempt, as a value. It doubles with each failure, and has jitter, so that what failed together does
 * not come again together: all of it where thousands may wait for the same (connections), half of it where the wait matters more.
 */

/** The two ends of the back-off, in milliseconds. */
export interface BackoffOptions {
  /** Ceiling of the delay before a first attempt; doubles with each further one. 0 turns waiting off. @defaultValue 1000 */
  initialMs?: number;
  /** No ceiling is higher. @defaultValue 300000 (5 min: the longest that a team should stay away after an outage) */
  maxMs?: number;
}

export const backoffDefaults = { initialMs: 1_000, maxMs: 300_000 } as const satisfies Required<BackoffOptions>;

/** 2^30 s is far past any cap; without a bound, 0 · 2^1100 would be NaN. */
const MAX_DOUBLINGS = 30;

/** A parked attempt waits at least this part of the cap; the rest is jitter. */
const PARKED_SHARE = 0.8;

/** Milliseconds before the attempt of that number (1 = first), with full jitter: `random` (0…1) of its ceiling. */
export function backoffMs(attempt: number, random: number, options: Required<BackoffOptions>): number {
  return random * ceilingMs(attempt, options);
}

/** The same with half jitter: never less than half of the ceiling. `attempt` is 1 after the first failure. */
export function steadyBackoffMs(attempt: number, random: number, options: Required<BackoffOptions>): number {
  return ceilingMs(attempt, options) * (0.5 + random / 2);
}

/** min(maxMs, initialMs · 2^(attempt − 1)) */
function ceilingMs(attempt: number, { initialMs, maxMs }: Required<BackoffOptions>): number {
  const doublings = Math.min(Math.max(attempt - 1, 0), MAX_DOUBLINGS);
  return Math.min(maxMs, initialMs * 2 ** doublings);
}

/** Milliseconds before an attempt that waiting will hardly help: at the cap, with a fifth of it as jitter. */
export function parkedMs(random: number, options: Required<BackoffOptions>): number {
  return options.maxMs * (PARKED_SHARE + (1 - PARKED_SHARE) * random);
}
