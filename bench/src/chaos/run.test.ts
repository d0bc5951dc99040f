/** Small runs with real processes and one node: what is planted is noticed, and nothing else is. */
import { expect, it } from 'vitest';
import type { ChaosTransport, FaultKind } from './evidence.ts';
import { formatReport } from './report.ts';
import { runChaos } from './run.ts';

const TIMEOUT_MS = 180_000;

function run(transport: ChaosTransport, { plant, kinds }: { plant?: string; kinds: FaultKind[] }) {
  return runChaos({
    transports: [transport],
    durationMs: 4_000,
    seed: 1,
    teams: 12,
    nodes: 1,
    messagesPerSecond: 20,
    kinds,
    plant,
    patienceMs: 3_000,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    onProgress: () => {},
  });
}

it(
  'finds nothing wrong over HTTP with a node that is killed',
  async () => {
    const verdicts = await run('http', { kinds: ['kill'] });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: PASS seed 1, \d\d+ accepted, 0 lost, 0 doubled/);
    expect(verdicts).toMatchObject([{ isKept: true, hooksTold: 1, recoveries: [{ trouble: { kind: 'kill' } }] }]);
  },
  TIMEOUT_MS,
);

it(
  'notices over RTM that events are lost or answered twice, and that a hook is told twice',
  async () => {
    const verdicts = await run('rtm', { plant: 'lose,double,tell_twice', kinds: [] });
    const { broken } = verdicts[0] ?? {};
    expect(broken?.lost.length).toBeGreaterThan(0);
    expect(broken?.doubled.length).toBeGreaterThan(0);
    expect(broken?.hooksTwice).toHaveLength(1);
    expect(broken).toMatchObject({ connections: [], fence: [], hooksNever: [], late: [], other: [] });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: FAIL seed 1, \d+ accepted, [1-9]\d* lost, [1-9]\d* doubled/);
  },
  TIMEOUT_MS,
);
