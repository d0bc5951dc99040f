/** A small run with real processes: the shape of what comes out and that nothing is lost, never the speed. */
import { expect, it } from 'vitest';
import { formatReport } from './print-report.ts';
import { lossesOf } from './report.ts';
import { runCluster } from './run.ts';

/** Less than a minute on a quiet machine, three on one with ten times the work that it has cores for. */
const TIMEOUT_MS = 420_000;

it(
  'kills one of three nodes and finds its work with the others, and events that cross from node to node',
  async () => {
    const options = {
      teams: 12,
      rounds: 1,
      quick: true,
      parts: ['latency', 'failover'],
      transports: ['http'],
    } as const;
    const report = await runCluster({ ...options, signal: AbortSignal.timeout(TIMEOUT_MS), onProgress: () => {} });
    expect(lossesOf(report)).toEqual([]);
    expect(report.latencies.map(({ isNotified }) => isNotified)).toEqual([true, false]);
    for (const { events } of report.latencies) expect(events).toBeGreaterThan(10);
    const [{ teams, servedMs } = { teams: 0, servedMs: [] }] = report.failovers;
    expect(servedMs).toHaveLength(teams);
    // Nobody has the work of a dead node before its lease is over.
    expect(Math.min(...servedMs)).toBeGreaterThan(4_000);
    expect(formatReport(report)).toMatch(/\ncluster: PASS \d of 3 goals met$/);
  },
  TIMEOUT_MS,
);
