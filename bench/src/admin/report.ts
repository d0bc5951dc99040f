/** What the admin benchmark found, and whether its goals were met. Pure. */
import type { StoreName } from '../databases/databases.ts';
import { percentile } from '../statistics.ts';
import { formatTable } from '../table.ts';
import type { Asked } from './questions.ts';

/** Milliseconds from when a request was due to its answer. */
export interface LoadFigures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
}

/** One round: the same load, alone and while somebody asks. */
export interface Round {
  alone: LoadFigures;
  beside: LoadFigures;
  asked: Asked;
}

export interface AdminReport {
  teams: number;
  timelineRows: number;
  perSecond: number;
  stores: { store: StoreName; rounds: readonly Round[] }[];
}

/** An answer, p99, in milliseconds. */
const GOAL_MS = 100;
/** The load's p99 may grow by this factor, or by so little that no machine measures it: what two measurements of the same thing differ by. */
const GOAL_RATIO = 1.5;
const NOISE_MS = 5;

/** So much of the rate must arrive, or the load is not the one that was asked for. */
const LEAST_SHARE = 0.98;

export function isGood({ stores, perSecond }: AdminReport): boolean {
  return stores.every(
    ({ rounds }) =>
      isFast(rounds) && isUndisturbed(rounds) && sides.every((side) => isCarried(rounds, side, perSecond)),
  );
}

export function formatReport(report: AdminReport): string {
  const head = `${report.teams} installations, ${report.timelineRows} timeline rows, ${report.perSecond} events/s`;
  return [head, ...report.stores.map((one) => formatStore(one.store, one.rounds, report.perSecond))].join('\n\n');
}

function formatStore(store: StoreName, rounds: readonly Round[], rate: number): string {
  const times = timesOf(rounds);
  const rows = [...times].map(([name, all]) => [
    name,
    String(all.length),
    ...[50, 99, 100].map((share) => ms(percentile(all, share))),
  ]);
  const all = [...times.values()].flat();
  rows.push(['all', String(all.length), ...[50, 99, 100].map((share) => ms(percentile(all, share)))]);
  const failed = rounds.flatMap(({ asked }) => asked.failed);
  return [
    formatTable([store, 'asked', 'p50', 'p99', 'max'], rows),
    formatTable(
      ['put → 200', 'per second', 'p50', 'p99', 'failed'],
      sides.map((side) => [
        WHEN[side],
        figure(rounds, (round) => round[side].perSecond).toFixed(0),
        ms(figure(rounds, (round) => round[side].p50Ms)),
        ms(figure(rounds, (round) => round[side].p99Ms)),
        String(rounds.reduce((sum, round) => sum + round[side].failed, 0)),
      ]),
    ),
    ...sides
      .filter((side) => !isCarried(rounds, side, rate))
      // What it does not take alone, it does not take beside questions either.
      .slice(0, 1)
      .map((side) => {
        const arrived = figure(rounds, (round) => round[side].perSecond).toFixed(0);
        const words = side === 'alone' ? 'this machine takes no more: see --rate' : 'the questions take its place';
        return `${store}: ${arrived} of ${rate} events/s arrived ${WHEN[side]}, ${words}: missed`;
      }),
    ...(failed.length > 0 ? [`${failed.length} questions failed: ${failed[0]}`] : []),
    `${store}: p99 of all answers ${ms(percentile(all, 99))} (goal ≤ ${GOAL_MS} ms): ${isFast(rounds) ? 'met' : 'missed'}`,
    `${store}: p99 of the load (goal ≤ ${GOAL_RATIO} × or + ${NOISE_MS} ms): ${isUndisturbed(rounds) ? 'met' : 'missed'}`,
  ].join('\n\n');
}

const sides = ['alone', 'beside'] as const;
const WHEN = { alone: 'alone', beside: 'while somebody asks' } as const;

function isCarried(rounds: readonly Round[], side: (typeof sides)[number], rate: number): boolean {
  return figure(rounds, (round) => round[side].perSecond) >= rate * LEAST_SHARE;
}

function isFast(rounds: readonly Round[]): boolean {
  const isAnswered = rounds.every(({ asked }) => asked.failed.length === 0);
  return isAnswered && percentile([...timesOf(rounds).values()].flat(), 99) <= GOAL_MS;
}

function isUndisturbed(rounds: readonly Round[]): boolean {
  const [alone, beside] = sides.map((side) => figure(rounds, (round) => round[side].p99Ms));
  const isServed = rounds.every((round) => round.alone.failed + round.beside.failed === 0);
  return isServed && (beside ?? 0) <= Math.max((alone ?? 0) * GOAL_RATIO, (alone ?? 0) + NOISE_MS);
}

function timesOf(rounds: readonly Round[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const { asked } of rounds) {
    for (const [name, some] of Object.entries(asked.timesMs)) times.set(name, [...(times.get(name) ?? []), ...some]);
  }
  return times;
}

/** The median over the rounds. */
function figure(rounds: readonly Round[], of: (round: Round) => number): number {
  return percentile(rounds.map(of), 50);
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
