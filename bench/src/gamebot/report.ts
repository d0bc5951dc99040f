/** What `bench gamebot` found: tables, and whether nothing was lost. Pure. */
import { percentile } from '../statistics.ts';
import { formatMs, formatTable } from '../table.ts';
import type { Played } from './season.ts';

export interface Sample {
  nodes: number;
  teams: number;
  /** The first match of every team, and the second one, in which a process is killed. */
  calm: Played;
  killed: Played;
  /** Of the first match, by method of the Web API. */
  calls: ReadonlyMap<string, number>;
  /** Of each process, before the first match and after it; empty where the kernel does not say. */
  idleBytes: readonly number[];
  busyBytes: readonly number[];
  /** Boards that have counted another number of matches than was played. */
  wrong: readonly string[];
}

/** So many losses are named. */
const SHOWN = 10;

/** Every command was answered, and every match counted once. */
export function isKept(samples: readonly Sample[]): boolean {
  return samples.every((sample) => lossesOf(sample).length === 0);
}

export function formatReport(samples: readonly Sample[]): string {
  const losses = samples.flatMap((sample) => lossesOf(sample).map((loss) => `${sample.nodes} process(es): ${loss}`));
  const more = losses.length > SHOWN ? [`and ${losses.length - SHOWN} more`] : [];
  return [
    ...losses.slice(0, SHOWN),
    ...more,
    speedTable(samples),
    '',
    useTable(samples),
    '',
    `gamebot: ${losses.length === 0 ? 'PASS' : 'FAIL'} 0 lost and none twice was wanted; ${losses.length} were`,
  ].join('\n');
}

function lossesOf({ calm, killed, wrong }: Sample): string[] {
  return [...[...calm.lost, ...killed.lost].map((command) => `no answer to ${command}`), ...wrong];
}

function speedTable(samples: readonly Sample[]): string {
  const row = (nodes: number, what: string, { commands, tookMs, answeredMs, lost }: Played) => [
    `${nodes}, ${what}`,
    String(commands),
    `${Math.round((commands * 1_000) / tookMs)}/s`,
    ...[50, 99, 100].map((percent) => formatMs(percentile(answeredMs, percent))),
    String(lost.length),
  ];
  return formatTable(
    ['processes', 'commands', 'rate', 'put → answered: p50', 'p99', 'max', 'lost'],
    samples.flatMap(({ nodes, calm, killed }) => [row(nodes, 'calm', calm), row(nodes, 'one killed', killed)]),
  );
}

function useTable(samples: readonly Sample[]): string {
  return formatTable(
    ['processes', 'teams', 'memory of each: idle', 'after a match of every team', 'calls of Slack for a command'],
    samples.map(({ nodes, teams, calm, calls, idleBytes, busyBytes }) => [
      String(nodes),
      String(teams),
      mebibytes(idleBytes),
      mebibytes(busyBytes),
      Array.from(calls, ([method, count]) => `${method} ${(count / calm.commands).toFixed(2)}`).join(', '),
    ]),
  );
}

function mebibytes(each: readonly number[]): string {
  return each.length === 0 ? 'unknown' : `${each.map((bytes) => Math.round(bytes / 2 ** 20)).join(' / ')} MiB`;
}
