/** Samples as a report: medians, ratios, goals, failures. Pure. What it looks like is print-report.ts. */
import type { Machine } from '../conditions.ts';
import { ratio, type Summary, summarize } from '../statistics.ts';
import { bolt, type Contender, constant, floor } from './contenders.ts';
import { type MeasureName, measureNames, type Sample } from './measures.ts';

/** One contender's results at one level. */
export interface LevelResult {
  name: string;
  results: Partial<Record<MeasureName, Summary>>;
  /** Accepted events per second, compared with the floor's. */
  acceptedToFloor?: number;
  /** Handled events per second, compared with Bolt's. */
  handledToBolt?: number;
  /** How many times faster the generator was against a server that does nothing. */
  generatorHeadroom?: number;
  /** The generator had a core to spare and was at least twice as fast as this server. */
  isGeneratorFree?: boolean;
}

/** All contenders at so many events in flight. */
export interface Level {
  inFlight: number;
  contenders: readonly LevelResult[];
}

/** A goal and what became of it; `met` is absent where there is nothing to judge. */
export interface Goal {
  text: string;
  limit: number;
  /** Whether the limit is the least or the most that is allowed. */
  isLeast: boolean;
  measured?: number;
  met?: boolean;
}

/** About the run. */
export interface RunFacts {
  date: string;
  rounds: number;
  seconds: number;
  ids: number;
  generator: string;
  quick: boolean;
  machine: Machine;
}

export interface Report extends RunFacts {
  contenders: readonly { name: string; about: string; failures: readonly string[] }[];
  levels: readonly Level[];
  goals: readonly Goal[];
}

export interface ReportInput {
  contenders: readonly Contender[];
  samples: ReadonlyMap<string, readonly Sample[]>;
  facts: RunFacts;
}

/** Where the goals are judged. */
const GOAL_IN_FLIGHT = 64;
const LEAST_HEADROOM = 2;
const MAX_GENERATOR_BUSY = 0.95;

/** Reduces all samples. */
export function reportOf({ contenders, samples, facts }: ReportInput): Report {
  const inFlights = [...new Set(contenders.flatMap(({ levels }) => levels))].sort((a, b) => b - a);
  const levels = inFlights.map((inFlight) => levelOf(inFlight, { contenders, samples }));
  const reports = contenders.map(({ name, about }) => ({
    name,
    about,
    failures: (samples.get(name) ?? []).flatMap(({ failure }) => failure ?? []),
  }));
  return { ...facts, contenders: reports, levels, goals: goalsOf(contenders, levels) };
}

function levelOf(inFlight: number, { contenders, samples }: Pick<ReportInput, 'contenders' | 'samples'>): Level {
  const summaryOf = (name: string, measure: MeasureName) =>
    summarize((samples.get(name) ?? []).flatMap(({ levels }) => levels.get(inFlight)?.[measure] ?? []));
  const results = contenders
    .filter(({ levels }) => levels.includes(inFlight))
    .map(({ name }): LevelResult => {
      const of = (measure: MeasureName) => summaryOf(name, measure);
      const found = measureNames.flatMap((measure) => [[measure, of(measure)] as const].filter(([, value]) => value));
      const isServer = name !== constant.name;
      const headroom = isServer ? ratio(summaryOf(constant.name, 'accepted'), of('accepted')) : undefined;
      const busy = of('generatorBusy');
      // Of repeats none is.
      const handled = of('handled')?.median === 0 ? undefined : of('handled');
      return {
        name,
        results: Object.fromEntries(found),
        ...given('acceptedToFloor', isServer ? ratio(of('accepted'), summaryOf(floor.name, 'accepted')) : undefined),
        ...given('handledToBolt', isServer ? ratio(handled, summaryOf(bolt.name, 'handled')) : undefined),
        ...given('generatorHeadroom', headroom),
        ...(headroom === undefined || !busy
          ? {}
          : { isGeneratorFree: headroom >= LEAST_HEADROOM && busy.median < MAX_GENERATOR_BUSY }),
      };
    });
  return { inFlight, contenders: results };
}

/** The goals of the design. Those of speed are for the embedded store: what a database server can do is reported beside them. */
function goalsOf(contenders: readonly Contender[], levels: readonly Level[]): Goal[] {
  const at = (inFlight: number, name: string) =>
    levels.find((level) => level.inFlight === inFlight)?.contenders.find((one) => one.name === name);
  const usual = contenders.filter(({ store, isExtra }) => store !== undefined && !isExtra);
  const speed = usual
    .filter(({ store }) => store === 'sqlite')
    .flatMap(({ name }) => {
      const result = at(GOAL_IN_FLIGHT, name);
      return [
        goal(`${name}: handled, times Bolt`, result?.handledToBolt, { limit: 2.2, isLeast: true }),
        goal(`${name}, 16 in flight: handled, times Bolt`, at(16, name)?.handledToBolt, { limit: 1.5, isLeast: true }),
        goal(`${name}: accepted, times the floor`, result?.acceptedToFloor, { limit: 0.6, isLeast: true }),
        goal(`${name}: p99, ms`, result?.results.p99Ms?.median, { limit: 20, isLeast: false }),
      ];
    });
  const accepted = (name = '') => at(GOAL_IN_FLIGHT, name)?.results.accepted;
  const again = contenders.flatMap(({ name, store, load }) => {
    if (load === undefined || load === 'new') return [];
    const toNew = ratio(accepted(name), accepted(usual.find((one) => one.store === store)?.name));
    return [goal(`${name}: answered, times new ones`, toNew, { limit: load === 'mixed' ? 0.9 : 1, isLeast: true })];
  });
  return [...speed, ...again];
}

function goal(text: string, measured: number | undefined, rule: { limit: number; isLeast: boolean }): Goal {
  if (measured === undefined) return { text, ...rule };
  const { limit, isLeast } = rule;
  return { text, ...rule, measured, met: isLeast ? measured >= limit : measured <= limit };
}

function given<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, number>);
}
