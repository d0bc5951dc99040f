/** The report as text for people: a table for each part, the goals, and the verdict as the last line. Pure. */
import { describeMachine } from '../conditions.ts';
import { formatMs, formatTable } from '../table.ts';
import type { FailoverSample } from './failover.ts';
import type { MoveSample } from './rebalance.ts';
import { type ClusterReport, type Goal, goalsOf, lossesOf, throughputRows, timesOf } from './report.ts';
import type { RestartSample } from './restart.ts';
import type { ThroughputReport } from './throughput.ts';

/** How many cases are shown. */
const SHOWN = 10;

export function formatReport(report: ClusterReport): string {
  const { failovers, moves, latencies, restarts, throughput } = report;
  const parts = [
    headline(report),
    failovers.length > 0 && failoverTable(failovers),
    moves.length > 0 && moveTable(moves),
    latencies.length > 0 && latencyTable(report),
    restarts.length > 0 && restartTable(restarts),
    restarts.some(({ sockets }) => sockets) && socketTable(restarts),
    throughput && throughputTable(throughput),
    goalsOf(report).length > 0 && goalTable(goalsOf(report)),
    verdict(report),
  ];
  return parts.filter((part) => typeof part === 'string').join('\n\n');
}

function headline({ facts }: ClusterReport): string {
  const { date, teams, rounds, messagesPerSecond, quick, machine } = facts;
  const size = `${teams} teams, ${messagesPerSecond} messages a second, ${rounds} round${rounds === 1 ? '' : 's'}`;
  return `${date}: ${size}${quick ? ' (quick: proves nothing)' : ''}; ${describeMachine(machine)}`;
}

function failoverTable(samples: readonly FailoverSample[]): string {
  return formatTable(
    ['kill -9 of one of 3 nodes', 'its teams', 'served elsewhere: p50', 'last', 'goal'],
    samples.map(({ transport, teams, servedMs, limitMs }) => {
      const { p50, max } = timesOf(servedMs);
      return [transport, String(teams), formatMs(p50), formatMs(max), formatMs(limitMs)];
    }),
  );
}

function moveTable(moves: readonly MoveSample[]): string {
  return formatTable(
    ['rtm: a node …', 'teams moved', 'even after', 'without a socket: p50', 'p99', 'max', 'teams per node'],
    moves.map(({ what, moved, evenMs, gapsMs, shares }) => {
      const { p50, p99, max } = timesOf(gapsMs);
      return [`${what}s`, String(moved), formatMs(evenMs), ...[p50, p99, max].map(formatMs), shares.join(' / ')];
    }),
  );
}

function latencyTable({ latencies }: ClusterReport): string {
  return formatTable(
    ['put → handled at another node', 'events', 'p50', 'p99', 'max'],
    latencies.map(({ isNotified, events, p50Ms, p99Ms, maxMs }) => [
      isNotified ? 'with NOTIFY' : 'NOTIFY lost',
      String(events),
      ...[p50Ms, p99Ms, maxMs].map((ms) => `${ms} ms`),
    ]),
  );
}

function restartTable(samples: readonly RestartSample[]): string {
  return formatTable(
    ['rolling restart of 3 nodes', 'said', 'accepted', 'lost of these', 'lost of the said', 'twice', 'p99', 'latest'],
    samples.map((one) => [
      `${one.transport}, ${formatMs(one.durationMs)}`,
      String(one.said),
      String(one.accepted),
      String(one.lostAccepted.length),
      String(one.lostSent.length),
      String(one.repeated.length),
      formatMs(one.p99Ms),
      formatMs(one.latestMs),
    ]),
  );
}

function socketTable(samples: readonly RestartSample[]): string {
  return formatTable(
    ['rtm sockets meanwhile', 'gaps', 'p50', 'p99', 'max', 'untold', 'without one at once', 'connects in a second'],
    samples.flatMap(({ sockets }) => {
      if (!sockets) return [];
      const { p50, p99, max } = timesOf(sockets.gapsMs);
      const counts = [sockets.untold, sockets.withoutAtOnce, sockets.connectsInASecond].map(String);
      return [['rolling restart', String(sockets.gapsMs.length), ...[p50, p99, max].map(formatMs), ...counts]];
    }),
  );
}

function throughputTable(report: ThroughputReport): string {
  const rows = throughputRows(report);
  const fastest = Math.max(...rows.map(({ accepted }) => accepted));
  const table = formatTable(
    [
      'http, 64 in flight',
      'accepted',
      'handled',
      'p99',
      'server CPU',
      'PostgreSQL CPU',
      'cores: servers',
      'PostgreSQL',
      report.generator,
    ],
    rows.map((row) => [
      `${row.nodes} node${row.nodes === 1 ? '' : 's'}`,
      ...[row.accepted, row.handled].map((value) => `${Math.round(value)}/s`),
      `${row.p99Ms.toFixed(1)} ms`,
      ...[row.serverCpuMicros, row.postgresCpuMicros].map((value) => `${value.toFixed(0)} µs`),
      ...[row.servers, row.postgres, row.generators].map((value) => value.toFixed(2)),
    ]),
  );
  const speed = `${report.generator} alone sends ${Math.round(report.generatorPerSecond)}/s`;
  return `${table}\n\n${speed}, ${(report.generatorPerSecond / fastest).toFixed(1)} × the fastest of these`;
}

function goalTable(goals: readonly Goal[]): string {
  return formatTable(
    ['goal', 'at most', 'measured', ''],
    goals.map(({ text, limit, measured, isMet }) => [
      text,
      String(limit),
      String(Math.round(measured)),
      isMet ? 'met' : 'missed',
    ]),
  );
}

function verdict(report: ClusterReport): string {
  const losses = lossesOf(report);
  const goals = goalsOf(report);
  const met = `${goals.filter(({ isMet }) => isMet).length} of ${goals.length} goals met`;
  const shown = [...losses.slice(0, SHOWN), ...(losses.length > SHOWN ? [`and ${losses.length - SHOWN} more`] : [])];
  return [...shown, `cluster: ${losses.length === 0 ? 'PASS' : 'FAIL'} ${met}`].join('\n');
}
