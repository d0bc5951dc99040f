/** A small measurement with real processes: that everything is counted, never how much it is. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measureThroughput } from './throughput.ts';

/** Half a minute on a quiet machine. */
const TIMEOUT_MS = 300_000;

it(
  'counts what one node and two take, and what they, PostgreSQL and the generator use for it',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-cluster-'));
    try {
      const options = {
        directory,
        rounds: 1,
        durationMs: 1_000,
        nodes: [1, 2],
        signal: AbortSignal.timeout(TIMEOUT_MS),
        onProgress: () => {},
      };
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
