/** Samples as a report: medians, ratios, goals, failures. Pure. What it looks like is print-report.ts. */
import type { Machine } from '../conditions.ts';
import { ratio, type Summary, summarize } from '../statistics.ts';
import { bareServer, type Contender, floor, rtmApi, server } from './contenders.ts';
import { type MeasureName, measureNames, type Sample } from './measures.ts';

/** One contender's results. */
export interface ContenderReport {
  name: string;
  about: string;
  results: Partial<Record<MeasureName, Result>>;
  /** One per failed round, with the reason. */
  failures: readonly string[];
}

/** One measure of one contender. */
export interface Result extends Summary {
  toFloor?: number;
  toRtmApi?: number;
}

/** A goal and what became of it; `met` is absent where there is nothing to judge. */
export interface Goal {
  text: string;
  measured?: number;
  limit: number;
  met?: boolean;
}

/** About the run. */
export interface RunFacts {
  /** Year, month and day. */
  date: string;
  teams: number;
  rounds: number;
  quick: boolean;
  machine: Machine;
}

export interface Report extends RunFacts {
  contenders: readonly ContenderReport[];
  goals: readonly Goal[];
}

export interface ReportInput {
  contenders: readonly Contender[];
  samples: ReadonlyMap<string, readonly Sample[]>;
  facts: RunFacts;
}

/** Reduces all samples. */
export function reportOf({ contenders, samples, facts }: ReportInput): Report {
  const summaryOf = (name: string, measure: MeasureName) =>
    summarize((samples.get(name) ?? []).flatMap(({ values }) => values[measure] ?? []));
  const reports = contenders.map(({ name, about }) => {
    const results: ContenderReport['results'] = {};
    for (const measure of measureNames) {
      const summary = summaryOf(name, measure);
      if (!summary) continue;
      const toFloor = name === floor.name ? undefined : ratio(summary, summaryOf(floor.name, measure));
      const toRtmApi = name === rtmApi.name ? undefined : ratio(summary, summaryOf(rtmApi.name, measure));
      results[measure] = { ...summary, ...given('toFloor', toFloor), ...given('toRtmApi', toRtmApi) };
    }
    const failures = (samples.get(name) ?? []).flatMap(({ failure }) => failure ?? []);
    return { name, about, results, failures };
  });
  return { ...facts, contenders: reports, goals: goalsOf(reports, facts.teams) };
}

/** The goals of the design: ratios to the floor of the same run, times at defaults for 1,000 teams. */
function goalsOf(reports: readonly ContenderReport[], teams: number): Goal[] {
  const of = (contender: Contender, measure: MeasureName) =>
    reports.find(({ name }) => name === contender.name)?.results[measure];
  const comesBackWithinMs = Math.max(30_000, 30 * teams);
  return [
    goal('memory per team, RSS, at defaults: times the floor', of(server, 'rssPerTeam')?.toFloor, 1.5),
    goal('memory per team, heap, at defaults: times the floor', of(server, 'heapPerTeam')?.toFloor, 1.5),
    goal('back after close frames, bare: times the floor', of(bareServer, 'closeMs')?.toFloor, 1.3),
    goal('back after TCP resets, bare: times the floor', of(bareServer, 'resetMs')?.toFloor, 1.3),
    // Other processes move times by far more than this; processor time says what the code costs.
    goal('client CPU per reconnect, bare: times the floor', of(bareServer, 'clientCpuMs')?.toFloor, 1.3),
    goal('back after close frames, at defaults: ms', of(server, 'closeMs')?.median, comesBackWithinMs),
    goal('back after TCP resets, at defaults: ms', of(server, 'resetMs')?.median, comesBackWithinMs),
    goal('mute peers noticed, at defaults: ms', of(server, 'muteNoticedMs')?.median, 15_000),
    goal('all mute noticed, at defaults: ms', of(server, 'allMuteNoticedMs')?.max, 20_000),
    goal('sockets dropped in an outage that they survive', of(server, 'outageDropped')?.max, 0),
  ];
}

function goal(text: string, measured: number | undefined, limit: number): Goal {
  return measured === undefined ? { text, limit } : { text, limit, measured, met: measured <= limit };
}

function given<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, number>);
}
