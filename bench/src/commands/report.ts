/** What the benchmark of commands found, and whether the goal was met. Pure. */
import { ratio, type Summary, summarize } from '../statistics.ts';
import { formatRatio, formatTable } from '../table.ts';

export const contenders = ['floor', 'expressions', 'table'] as const;
export type Contender = (typeof contenders)[number];

/** Microseconds for a message, at most. */
const GOAL_MICROS = 20;

export interface CommandsReport {
  /** Microseconds a message. */
  micros: Record<Contender, Summary>;
  isMet: boolean;
}

export function reportOf(samples: Readonly<Record<Contender, readonly number[]>>): CommandsReport {
  const of = (who: Contender) =>
    summarize(samples[who]) ?? { median: Number.NaN, min: Number.NaN, max: Number.NaN, samples: [] };
  const micros = { floor: of('floor'), expressions: of('expressions'), table: of('table') };
  return { micros, isMet: micros.table.median <= GOAL_MICROS };
}

const NAMES: Readonly<Record<Contender, string>> = {
  floor: 'a set of names (floor)',
  expressions: '400 regular expressions in turn',
  table: 'a table of 200 commands',
};

export function formatReport({ micros, isMet }: CommandsReport): string {
  const shown = ({ median, min, max }: Summary) => `${median.toFixed(2)} µs (${min.toFixed(2)}–${max.toFixed(2)})`;
  const rows = contenders.map((who) => [
    NAMES[who],
    shown(micros[who]),
    formatRatio(ratio(micros[who], micros.floor) ?? Number.NaN),
  ]);
  const goal = `a message in ≤ ${GOAL_MICROS} µs: ${isMet ? 'met' : 'missed'}`;
  return `${formatTable(['median (min–max)', 'a message', 'of the floor'], rows)}\n\n${goal}`;
}
