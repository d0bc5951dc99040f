/** What is made of samples: goals, losses, rows and the last line. */
import { expect, it } from 'vitest';
import type { FailoverSample } from './failover.ts';
import { formatReport } from './print-report.ts';
import { type ClusterReport, goalsOf, lossesOf, throughputRows, timesOf } from './report.ts';
import type { RestartSample } from './restart.ts';

const failover = (transport: FailoverSample['transport'], last: number, limitMs = 12_000): FailoverSample => ({
  transport,
  teams: 3,
  servedMs: [9_000, last, 8_000],
  limitMs,
});
const restart = (changes: Partial<RestartSample> = {}): RestartSample => ({
  transport: 'http',
  durationMs: 60_000,
  said: 100,
  accepted: 100,
  lostAccepted: [],
  lostSent: [],
  repeated: [],
  p99Ms: 80,
  latestMs: 1_200,
  sockets: undefined,
  ...changes,
});
const sockets = { gapsMs: [100, 400, 200], untold: 0, withoutAtOnce: 20, connectsInASecond: 50 };
const report: ClusterReport = {
  facts: {
    date: '2026-11-28',
    teams: 30,
    rounds: 1,
    messagesPerSecond: 20,
    quick: true,
    machine: { cores: 2, cpu: 'test', memoryGib: 8, node: 'v24', platform: 'linux x64' },
  },
  failovers: [failover('http', 10_000), failover('http', 11_000), failover('rtm', 13_000, 14_000)],
  moves: [{ what: 'join', moved: 10, evenMs: 9_000, gapsMs: [40, 60], shares: [10, 9, 11] }],
  latencies: [{ isNotified: true, events: 40, p50Ms: 20, p99Ms: 90, maxMs: 95 }],
  restarts: [restart(), restart({ transport: 'rtm', lostSent: ['m9 of T1'], sockets })],
  throughput: {
    generator: 'node',
    generatorPerSecond: 40_000,
    samples: [sample(1, 9_000), sample(1, 11_000), sample(1, 10_000), sample(2, 8_000)],
  },
  failures: [],
};

function sample(nodes: number, accepted: number) {
  const busy = { servers: 1, postgres: 0.5, generators: 0.25 };
  return { nodes, accepted, handled: accepted, p99Ms: 9, serverCpuMicros: 90, postgresCpuMicros: 45, busy };
}

it('judges each transport by its worst round, and events by the last of them', () => {
  const judged = (changes: Partial<ClusterReport>) =>
    goalsOf({ failovers: [], latencies: [], restarts: [], ...changes }).map(({ measured, limit, isMet }) => [
      measured,
      limit,
      isMet,
    ]);
  expect(judged({ failovers: report.failovers })).toEqual([
    [11_000, 12_000, true],
    [13_000, 14_000, true],
  ]);
  expect(judged({ failovers: [failover('http', 12_001)] })).toEqual([[12_001, 12_000, false]]);
  // A later one with more teams to connect may be the better one.
  expect(judged({ failovers: [failover('rtm', 13_000, 12_500), failover('rtm', 13_500, 14_000)] })).toEqual([
    [13_000, 12_500, false],
  ]);
  const latencies = [
    { isNotified: true, events: 1, p50Ms: 1, p99Ms: 251, maxMs: 300 },
    { isNotified: false, events: 1, p50Ms: 1, p99Ms: 999, maxMs: 2_000 },
  ];
  expect(judged({ latencies })).toEqual([
    [251, 250, false],
    [999, 1_000, true],
  ]);
});

it('asks of a rolling restart what its transport can keep', () => {
  const missed = (...restarts: RestartSample[]) =>
    goalsOf({ failovers: [], latencies: [], restarts }).flatMap(({ text, isMet }) => (isMet ? [] : [text]));
  expect(missed(restart(), restart({ transport: 'rtm', lostSent: ['m1'], latestMs: 9_000, sockets }))).toEqual([]);
  expect(missed(restart({ lostSent: ['m1'], latestMs: 5_001 }), restart())).toEqual([
    'http: sent events lost in a rolling restart',
    'http: latest event in a rolling restart: ms',
  ]);
  const worse = { ...sockets, untold: 1, withoutAtOnce: 51, connectsInASecond: 51 };
  expect(missed(restart({ transport: 'rtm', sockets: worse }))).toHaveLength(3);
});

it('takes events that were accepted, or sent where Slack tries again, for losses; and what could not be measured', () => {
  expect(lossesOf(report)).toEqual([]);
  const restarts = [
    restart({ lostAccepted: ['Ev1 of T1'], repeated: ['m2 of T1'] }),
    restart({ transport: 'socket', lostSent: ['m3 of T1'] }),
  ];
  expect(lossesOf({ restarts, failures: ['http: failover failed: why'] })).toEqual([
    'http: failover failed: why',
    'http: lost Ev1 of T1, which was accepted',
    'http: m2 of T1 was handled twice',
    'socket: lost m3 of T1, which was sent',
  ]);
});

it('reduces rounds to medians by the number of nodes, and times to their percentiles', () => {
  expect(report.throughput && throughputRows(report.throughput)).toMatchObject([
    { nodes: 1, accepted: 10_000, generators: 0.25 },
    { nodes: 2, accepted: 8_000 },
  ]);
  expect(timesOf([5, 1, 3])).toEqual({ p50: 3, p99: 5, max: 5 });
  expect(timesOf([])).toEqual({ p50: 0, p99: 0, max: 0 });
});

it('prints a table for each part, and the verdict as the last line', () => {
  const text = formatReport(report);
  expect(text).toContain('| joins');
  expect(text).toContain('node alone sends 40000/s, 4.0 × the fastest of these');
  expect(text.split('\n').at(-1)).toBe('cluster: PASS 12 of 12 goals met');
  const lines = formatReport({ ...report, failures: Array.from({ length: 12 }, (_, n) => `failure ${n}`) }).split('\n');
  expect(lines.slice(-2)).toEqual(['and 2 more', 'cluster: FAIL 12 of 12 goals met']);
});
