/** What the cluster bench found, reduced: rows, goals, and what was lost. Pure; what it looks like is print-report.ts. */
import type { Machine } from '../conditions.ts';
import { percentile, summarize } from '../statistics.ts';
import { CONNECTS_PER_SECOND, type FailoverSample } from './failover.ts';
import type { LatencySample } from './latency.ts';
import type { MoveSample } from './rebalance.ts';
import type { RestartSample } from './restart.ts';
import type { ThroughputReport } from './throughput.ts';

export interface ClusterReport {
  facts: { date: string; teams: number; rounds: number; messagesPerSecond: number; quick: boolean; machine: Machine };
  failovers: readonly FailoverSample[];
  moves: readonly MoveSample[];
  latencies: readonly LatencySample[];
  restarts: readonly RestartSample[];
  throughput: ThroughputReport | undefined;
  /** Parts that could not be measured, and nodes that ended by themselves. */
  failures: readonly string[];
}

/** A goal and what became of it. */
export interface Goal {
  text: string;
  limit: number;
  measured: number;
  isMet: boolean;
}

/** Put → handled at another node, in milliseconds; issue of the cluster. */
const NOTIFIED_MS = 250;
const POLLED_MS = 1_000;
/** No event is later than this in a rolling restart, in milliseconds. */
const LATE_MS = 5_000;

/** Only of what was measured. */
export function goalsOf({
  failovers,
  latencies,
  restarts,
}: Pick<ClusterReport, 'failovers' | 'latencies' | 'restarts'>): Goal[] {
  return [
    ...Array.from(Map.groupBy(failovers, ({ transport }) => transport)).map(([transport, samples]) => {
      const worst = samples.toSorted((a, b) => lastOf(b) - b.limitMs - (lastOf(a) - a.limitMs))[0] as FailoverSample;
      return goal(
        `${transport}: a dead node's last team served elsewhere: ms`,
        lastOf(worst),
        Math.round(worst.limitMs),
      );
    }),
    ...Array.from(Map.groupBy(latencies, ({ isNotified }) => isNotified)).map(([isNotified, samples]) =>
      goal(
        `put → handled at another node, p99${isNotified ? '' : ', NOTIFY lost'}: ms`,
        Math.max(...samples.map(({ p99Ms }) => p99Ms)),
        isNotified ? NOTIFIED_MS : POLLED_MS,
      ),
    ),
    ...Array.from(Map.groupBy(restarts, ({ transport }) => transport)).flatMap(([, samples]) => restartGoals(samples)),
  ];
}

function restartGoals(samples: readonly RestartSample[]): Goal[] {
  const [{ transport } = { transport: 'http' }] = samples;
  const most = (valueOf: (sample: RestartSample) => number) => Math.max(0, ...samples.map(valueOf));
  const goals = [
    goal(
      `${transport}: accepted events lost in a rolling restart`,
      most((one) => one.lostAccepted.length),
      0,
    ),
    goal(
      `${transport}: events handled twice in a rolling restart`,
      most((one) => one.repeated.length),
      0,
    ),
  ];
  if (transport !== 'rtm') {
    return [
      ...goals,
      goal(
        `${transport}: sent events lost in a rolling restart`,
        most((one) => one.lostSent.length),
        0,
      ),
      goal(
        `${transport}: latest event in a rolling restart: ms`,
        most((one) => one.latestMs),
        LATE_MS,
      ),
    ];
  }
  return [
    ...goals,
    goal(
      'rtm: gaps that no hook told',
      most(({ sockets }) => sockets?.untold ?? 0),
      0,
    ),
    goal(
      'rtm: connects in one second',
      most(({ sockets }) => sockets?.connectsInASecond ?? 0),
      CONNECTS_PER_SECOND,
    ),
    // More than the limiter connects in a second would be a mass drop.
    goal(
      'rtm: teams without a socket at once',
      most(({ sockets }) => sockets?.withoutAtOnce ?? 0),
      CONNECTS_PER_SECOND,
    ),
  ];
}

function goal(text: string, measured: number, limit: number): Goal {
  return { text, limit, measured, isMet: measured <= limit };
}

/** What may never happen, each in words: events that were accepted, or (not over RTM) sent, and lost; and what could not be measured. */
export function lossesOf({ restarts, failures }: Pick<ClusterReport, 'restarts' | 'failures'>): string[] {
  return [
    ...failures,
    ...restarts.flatMap(({ transport, lostAccepted, lostSent, repeated }) => [
      ...lostAccepted.map((event) => `${transport}: lost ${event}, which was accepted`),
      ...(transport === 'rtm' ? [] : lostSent.map((event) => `${transport}: lost ${event}, which was sent`)),
      ...repeated.map((event) => `${transport}: ${event} was handled twice`),
    ]),
  ];
}

/** One round of a failover, or of a move. */
export interface Times {
  p50: number;
  p99: number;
  max: number;
}

/** Zero where there is nothing. */
export function timesOf(samplesMs: readonly number[]): Times {
  if (samplesMs.length === 0) return { p50: 0, p99: 0, max: 0 };
  return { p50: percentile(samplesMs, 50), p99: percentile(samplesMs, 99), max: Math.max(...samplesMs) };
}

export function lastOf({ servedMs }: FailoverSample): number {
  return Math.max(0, ...servedMs);
}

/** Medians over the rounds, by the number of nodes. */
export interface ThroughputRow {
  nodes: number;
  accepted: number;
  handled: number;
  p99Ms: number;
  serverCpuMicros: number;
  postgresCpuMicros: number;
  servers: number;
  postgres: number;
  generators: number;
}

export function throughputRows({ samples }: ThroughputReport): ThroughputRow[] {
  return Array.from(Map.groupBy(samples, ({ nodes }) => nodes)).map(([nodes, own]) => {
    const median = (valueOf: (sample: (typeof own)[number]) => number) =>
      summarize(own.map(valueOf))?.median ?? Number.NaN;
    return {
      nodes,
      accepted: median((one) => one.accepted),
      handled: median((one) => one.handled),
      p99Ms: median((one) => one.p99Ms),
      serverCpuMicros: median((one) => one.serverCpuMicros),
      postgresCpuMicros: median((one) => one.postgresCpuMicros),
      servers: median((one) => one.busy.servers),
      postgres: median((one) => one.busy.postgres),
      generators: median((one) => one.busy.generators),
    };
  });
}
