import { expect, it } from 'vitest';
import { formatReport, reportOf } from './report.ts';

const times = (worst: number) => ({ timesMs: [...Array.from({ length: 98 }, () => 1), worst, worst] });

it('meets its goal while the worst hundredth grows by half at most, in the middle one of the rounds', () => {
  const rounds = [1.2, 1.4, 9].map((factor) => ({ alone: times(10), beside: times(10 * factor) }));
  const report = reportOf(rounds, 100_000);
  expect(report).toMatchObject({ p99Ms: { alone: 10, beside: 14 }, isMet: true });
  expect(formatReport(report)).toMatch(/p99 1\.40 × \(goal ≤ 1\.5\): met$/);
});

it('misses it when they wait longer', () => {
  const report = reportOf([{ alone: times(10), beside: times(16) }], 5);
  expect(report.isMet).toBe(false);
  expect(formatReport(report)).toMatch(/: missed$/);
});
