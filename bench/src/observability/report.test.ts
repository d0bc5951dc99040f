import { expect, it } from 'vitest';
import { formatReport, reportOf } from './report.ts';

const round = (unwatched: number, metrics: number, traces: number, sampled = traces) => ({
  unwatched: { handled: unwatched, cpuMicros: 50 },
  metrics: { handled: metrics, cpuMicros: 51 },
  traces: { handled: traces, cpuMicros: 56 },
  sampled: { handled: sampled, cpuMicros: 54 },
});

it('compares within each round, so that a slow moment of the machine says nothing', () => {
  const report = reportOf([round(1_000, 980, 910), round(500, 490, 455, 460), round(1_000, 500, 500)]);
  expect(report.ratios.metrics.median).toBe(0.98);
  expect(report.ratios.traces.median).toBe(0.91);
  expect(report.ratios.sampled.median).toBe(0.91);
  expect(report.isMet).toBe(true);
  expect(formatReport(report)).toMatch(
    /metrics: 0\.980 .*\(goal ≥ 0\.97\): met\ntraces: 0\.910 .*\(goal ≥ 0\.90\): met\nsampled: 0\.910 .*\(goal ≥ 0\.90\): met$/,
  );
});

it('misses a goal by a little more than 3 or 10 in 100', () => {
  expect(reportOf([round(1_000, 969, 950)]).isMet).toBe(false);
  expect(reportOf([round(1_000, 980, 899, 950)]).isMet).toBe(false);
  expect(reportOf([round(1_000, 980, 950, 899)]).isMet).toBe(false);
});
