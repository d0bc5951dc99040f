/** Small runs with real processes: what is planted is noticed, and nothing else is. */
import { expect, it } from 'vitest';
import type { ChaosTransport, FaultKind } from './evidence.ts';
import { formatReport } from './report.ts';
import { type ChaosOptions, runChaos } from './run.ts';

const TIMEOUT_MS = 180_000;

interface Given {
  kinds: FaultKind[];
  nodes?: number;
  /** Of the load, in milliseconds. */
  durationMs?: number;
}

function run(
  transport: ChaosTransport,
  {
    plant,
    kinds,
    nodes = 1,
    patienceMs = 3_000,
    durationMs = 4_000,
  }: Pick<ChaosOptions, 'plant' | 'patienceMs'> & Given,
) {
  return runChaos({
    transports: [transport],
    durationMs,
    seed: 1,
    teams: 12,
    nodes,
    messagesPerSecond: 20,
    kinds,
    plant,
    patienceMs,
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
    expect(broken).toMatchObject({ connections: [], sockets: [], fence: [], hooksNever: [], late: [], other: [] });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: FAIL seed 1, \d+ accepted, [1-9]\d* lost, [1-9]\d* doubled/);
  },
  TIMEOUT_MS,
);

it(
  'notices over RTM that sockets are dropped, that a team has a second connection, and that a hook is told never',
  async () => {
    // Answers within a few seconds of an opened socket may be those of its former owner.
    const verdicts = await run('rtm', { plant: 'drop,second,tell_never', kinds: [], durationMs: 12_000 });
    const { broken } = verdicts[0] ?? {};
    expect(broken?.sockets.length).toBeGreaterThan(5);
    expect(broken?.sockets[0]).toMatch(/^n1 closed the socket of T\w+ after \d+ s$/);
    expect(broken?.connections.length).toBeGreaterThan(0);
    expect(broken?.hooksNever).toHaveLength(1);
    expect(broken).toMatchObject({ fence: [], hooksTwice: [], late: [], other: [] });
    expect(formatReport(verdicts, 1)).toMatch(
      /chaos: FAIL seed 1, .* [1-9]\d* two connections, [1-9]\d* dropped sockets/,
    );
  },
  TIMEOUT_MS,
);

it(
  'notices that a node sends without a lease, and that its work is resumed late',
  async () => {
    // Messages wait behind one that takes longer than a lease.
    const verdicts = await run('http', {
      plant: 'zombie',
      kinds: ['cut_database'],
      nodes: 2,
      patienceMs: 20_000,
      durationMs: 12_000,
    });
    const { broken } = verdicts[0] ?? {};
    expect(broken?.fence.length).toBeGreaterThan(0);
    expect(broken?.fence[0]).toMatch(/ answered m\d+ (of T\w+ )?\d+ ms after /);
    expect(broken?.late).toHaveLength(1);
    expect(broken).toMatchObject({ lost: [], hooksNever: [], hooksTwice: [], sockets: [], other: [] });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: FAIL seed 1, .* [1-9]\d* calls after a fence/);
  },
  TIMEOUT_MS,
);

it(
  'finds nothing wrong over Socket Mode with a node that ends as planned',
  async () => {
    const verdicts = await run('socket', { kinds: ['terminate'], nodes: 2 });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: PASS seed 1, \d\d+ accepted, 0 lost, 0 doubled/);
    expect(verdicts).toMatchObject([{ isKept: true, hooksTold: 1 }]);
  },
  TIMEOUT_MS,
);
