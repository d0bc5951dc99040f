import { expect, it } from 'vitest';
import { areGoalsMet, formatReport, type StartReport } from './report.ts';

const aReport = (importMs: number, readyMs: number): StartReport => ({
  teams: 100_000,
  stores: [
    {
      store: 'sqlite',
      importMs,
      starts: [readyMs, readyMs + 1, 60_000].map((ms) => ({
        readyMs: ms,
        firstReadyMs: 2 * ms,
        rssBytes: 300 * 2 ** 20,
      })),
    },
  ],
});

it('reports medians beside the goals', () => {
  expect(formatReport(aReport(12_345, 1_500))).toBe(
    [
      '| 100000 installations | import | first start |  start |     RSS |',
      '| -------------------- | -----: | ----------: | -----: | ------: |',
      '| sqlite               | 12.3 s |      3.00 s | 1.50 s | 300 MiB |',
      '',
      'start: goals (import ≤ 21.0 s, start ≤ 3.00 s): met',
    ].join('\n'),
  );
});

it.each([
  [21_001, 1_000],
  [1_000, 3_001],
])('misses a goal with an import of %i ms or a start of %i ms', (importMs, readyMs) => {
  expect(areGoalsMet(aReport(importMs, readyMs))).toBe(false);
});
