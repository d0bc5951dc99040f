/** Small runs with real processes: the shape of what comes out and that nothing is lost, never the speed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatReport } from './print-report.ts';
import { lossesOf } from './report.ts';
import { runCluster } from './run.ts';
import { measureThroughput } from './throughput.ts';

/** Less than a minute on a quiet machine, three on one with ten times the work that it has cores for. */
const TIMEOUT_MS = 420_000;
const conditions = () => ({ signal: AbortSignal.timeout(TIMEOUT_MS), onProgress: () => {} });

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
    const report = await runCluster({ ...options, ...conditions() });
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

it(
  'counts what one node and two take, and what they, PostgreSQL and the generator use for it',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-cluster-'));
    try {
      const options = { directory, rounds: 1, durationMs: 1_000, nodes: [1, 2], ...conditions() };
      const { samples, generatorPerSecond } = await measureThroughput(options);
      expect(generatorPerSecond).toBeGreaterThan(0);
      expect(samples.map(({ nodes }) => nodes)).toEqual([1, 2]);
      for (const { accepted, handled, serverCpuMicros, postgresCpuMicros, busy } of samples) {
        const values = [accepted, handled, serverCpuMicros, postgresCpuMicros, ...Object.values(busy)];
        expect(values.filter((value) => !(value > 0))).toEqual([]);
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
  TIMEOUT_MS,
);
