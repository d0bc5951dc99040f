import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffDefaults, backoffMs, parkedMs, steadyBackoffMs } from './backoff.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

it('keeps every delay between nothing and the ceiling of its attempt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), unit, (attempt, random) => {
      const delayMs = backoffMs(attempt, random, backoffDefaults);
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThanOrEqual(Math.min(300_000, 1_000 * 2 ** (attempt - 1)));
    }),
  );
});

it('spreads attempts over the whole ceiling, so that teams that dropped together do not return together', () => {
  expect(backoffMs(1, 0, backoffDefaults)).toBe(0);
  expect(backoffMs(1, 0.5, backoffDefaults)).toBe(500);
  expect(backoffMs(4, 0.25, backoffDefaults)).toBe(2_000);
});

it('waits not at all when it is turned off, however often it failed', () => {
  expect(backoffMs(2_000, 0.9, { initialMs: 0, maxMs: 300_000 })).toBe(0);
});

it('parks an attempt near the cap', () => {
  fc.assert(
    fc.property(unit, (random) => {
      expect(parkedMs(random, backoffDefaults)).toBeGreaterThanOrEqual(240_000);
      expect(parkedMs(random, backoffDefaults)).toBeLessThanOrEqual(300_000);
    }),
  );
});

it.each([
  [1, 0, 500],
  [1, 0.5, 750],
  [3, 0, 2_000],
  [3, 1, 4_000],
  [9, 0, 128_000],
  [10, 0, 150_000],
  [5_000, 0.5, 225_000],
])(
  'waits at least half of the ceiling where the wait matters: attempt %d at %d is %d ms',
  (attempt, random, expected) => {
    expect(steadyBackoffMs(attempt, random, backoffDefaults)).toBe(expected);
  },
);
