/** What the fairness benchmark found, and whether the goal was met. Pure. */
import { percentile, summarize } from '../statistics.ts';
import { formatTable } from '../table.ts';

/** Times of one measurement. */
export interface Figures {
  timesMs: readonly number[];
}

/** Medians over the rounds. */
export interface FairnessReport {
  backlog: number;
  p50Ms: { alone: number; beside: number };
  p99Ms: { alone: number; beside: number };
  /** p99 beside the backlog over p99 alone, in the same server: median of the rounds. */
  p99Ratio: number;
  isMet: boolean;
}

/** The others' p99 may grow by this factor: what two measurements of the same thing differ by on a shared machine. */
const GOAL = 1.5;

export function reportOf(rounds: readonly { alone: Figures; beside: Figures }[], backlog: number): FairnessReport {
  const of = (share: number, side: 'alone' | 'beside') =>
    median(rounds.map((round) => percentile(round[side].timesMs, share)));
  const p99Ratio = median(
    rounds.map(({ alone, beside }) => percentile(beside.timesMs, 99) / percentile(alone.timesMs, 99)),
  );
  return {
    backlog,
    p50Ms: { alone: of(50, 'alone'), beside: of(50, 'beside') },
    p99Ms: { alone: of(99, 'alone'), beside: of(99, 'beside') },
    p99Ratio,
    isMet: p99Ratio <= GOAL,
  };
}

function median(samples: readonly number[]): number {
  return summarize(samples)?.median ?? Number.NaN;
}

export function formatReport({ backlog, p50Ms, p99Ms, p99Ratio, isMet }: FairnessReport): string {
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  const table = formatTable(
    ['put → handled of 199 teams', 'p50', 'p99'],
    [
      ['alone', ms(p50Ms.alone), ms(p99Ms.alone)],
      [`beside ${backlog} waiting events of one team`, ms(p50Ms.beside), ms(p99Ms.beside)],
    ],
  );
  return `${table}\n\nfairness: p99 ${p99Ratio.toFixed(2)} × (goal ≤ ${GOAL}): ${isMet ? 'met' : 'missed'}`;
}
