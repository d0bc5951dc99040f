/** What the observability benchmark found, and whether the goals were met. Pure. */
import { type Summary, summarize } from '../statistics.ts';
import { formatTable } from '../table.ts';

/** Who is measured in each round: without counting, counting and scraped, each event traced besides, and one in ten of them. */
export const watchings = ['unwatched', 'metrics', 'traces', 'sampled'] as const;
export type Watching = (typeof watchings)[number];

/** Handled events per second and microseconds of the server's processor per event, of one measurement. */
export interface Figures {
  handled: number;
  cpuMicros: number;
}

export type Round = Readonly<Record<Watching, Figures>>;

/** So much less may be handled, as a part of what is handled unwatched. */
const GOALS = { metrics: 0.03, traces: 0.1, sampled: 0.1 } as const;

export interface ObservabilityReport {
  handled: Record<Watching, Summary>;
  cpuMicros: Record<Watching, Summary>;
  /** Handled beside unwatched of the same round, over all rounds. */
  ratios: Record<keyof typeof GOALS, Summary>;
  isMet: boolean;
}

export function reportOf(rounds: readonly Round[]): ObservabilityReport {
  const of = (what: keyof Figures) =>
    Object.fromEntries(watchings.map((who) => [who, summaryOf(rounds.map((round) => round[who][what]))]));
  const ratioOf = (who: keyof typeof GOALS) =>
    summaryOf(rounds.map((round) => round[who].handled / round.unwatched.handled));
  const ratios = { metrics: ratioOf('metrics'), traces: ratioOf('traces'), sampled: ratioOf('sampled') };
  return {
    handled: of('handled') as ObservabilityReport['handled'],
    cpuMicros: of('cpuMicros') as ObservabilityReport['cpuMicros'],
    ratios,
    isMet: goals(ratios).every(({ isMet }) => isMet),
  };
}

export function formatReport({ handled, cpuMicros, ratios }: ObservabilityReport): string {
  const shown = ({ median, min, max }: Summary, format: (value: number) => string) =>
    `${format(median)} (${format(min)}–${format(max)})`;
  const perSecond = (value: number) => `${Math.round(value)}/s`;
  const micros = (value: number) => `${value.toFixed(1)} µs`;
  const rows = watchings.map((who) => [who, shown(handled[who], perSecond), shown(cpuMicros[who], micros)]);
  const table = formatTable(['median (min–max)', 'handled', 'server CPU per event'], rows);
  const lines = goals(ratios).map(
    ({ who, goal, ratio, isMet }) =>
      `${who}: ${shown(ratio, (value) => value.toFixed(3))} of unwatched (goal ≥ ${goal.toFixed(2)}): ${isMet ? 'met' : 'missed'}`,
  );
  return `${table}\n\n${lines.join('\n')}`;
}

function goals(ratios: ObservabilityReport['ratios']) {
  return Object.entries(GOALS).map(([name, less]) => {
    const who = name as keyof typeof GOALS;
    const goal = 1 - less;
    return { who, goal, ratio: ratios[who], isMet: ratios[who].median >= goal };
  });
}

function summaryOf(samples: readonly number[]): Summary {
  return summarize(samples) ?? { median: Number.NaN, min: Number.NaN, max: Number.NaN, samples };
}
