/** What is measured of a server at one level. The texts are those of the table. */

const perSecond = { format: (value: number) => `${Math.round(value)}/s` } as const;
const ms = { format: (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms` } as const;

/** One measure. */
export interface Measure {
  title: string;
  format(value: number): string;
}

/** By name, in the order of the table. */
export const measures = {
  accepted: { title: 'accepted (answered 200)', ...perSecond },
  handled: { title: 'handled by a listener', ...perSecond },
  p50Ms: { title: 'p50', ...ms },
  p99Ms: { title: 'p99', ...ms },
  cpuMicros: { title: 'server CPU per event', format: (value: number) => `${value.toFixed(1)} µs` },
  rssMib: { title: 'server RSS', format: (value: number) => `${Math.round(value)} MiB` },
  backlog: { title: 'backlog at the end', format: (value: number) => String(Math.round(value)) },
  generatorBusy: { title: 'generator busy', format: (value: number) => `${Math.round(value * 100)} %` },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;

export const measureNames = Object.keys(measures) as MeasureName[];

/** What one contender gave in one round at one level. */
export type Values = Partial<Record<MeasureName, number>>;

/** What one contender gave in one round. */
export interface Sample {
  /** By events in flight. */
  levels: Map<number, Values>;
  /** Where it failed; what comes after was not measured. */
  failure: string | undefined;
}
