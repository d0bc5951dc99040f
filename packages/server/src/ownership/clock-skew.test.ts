import { expect, it } from 'vitest';
import { ClockSkew } from './clock-skew.ts';

it('of five minutes is told once, and again when it comes back', () => {
  const told: object[] = [];
  const skew = new ClockSkew({ clock: { now: () => 1_000_000 }, log: { warn: (facts) => void told.push(facts) } });
  for (const databaseMs of [995_000, 700_000, 700_000, 1_004_000, 1_300_000]) skew.compare(databaseMs);
  expect(told).toEqual([{ aheadMs: 300_000 }, { aheadMs: -300_000 }]);
});
