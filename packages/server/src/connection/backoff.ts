/** How long to wait before an attempt, as a value: full jitter, so that teams that dropped together do not return together. */

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

/** Milliseconds before the attempt of that number (1 = first): `random` (0…1) of min(maxMs, initialMs · 2^(attempt − 1)). */
export function backoffMs(attempt: number, random: number, options: Required<BackoffOptions>): number {
  return random * Math.min(options.maxMs, options.initialMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS));
}

/** Milliseconds before an attempt that waiting will hardly help: at the cap, with a fifth of it as jitter. */
export function parkedMs(random: number, options: Required<BackoffOptions>): number {
  return options.maxMs * (PARKED_SHARE + (1 - PARKED_SHARE) * random);
}
