/** What a series is, before prom-client shows it: a name, words, and how its present values are found. */
import type { Durations, Sample, Tally } from './tally.ts';

/** All series of ours begin so; those without it are prom-client's of the process. */
export const PREFIX = 'slack_bot_server_';

/** A documented series. */
export interface Series {
  /** Whole, by Prometheus's conventions: base units, `_total` for what only grows. */
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  labels: readonly string[];
  /** Its values now; none while they are not known. Must not throw. */
  readonly read: () => readonly (Sample & { metricName?: string })[];
}

/** What only grows since the start. */
export function counter(name: string, help: string, tally: Tally, labels: readonly string[] = []): Series {
  return { name: `${PREFIX}${name}`, help, type: 'counter', labels, read: () => tally.samples() };
}

/** What only grows, as somebody else counts it. */
export function counterOf(name: string, help: string, read: () => number): Series {
  return { name: `${PREFIX}${name}`, help, type: 'counter', labels: [], read: () => [{ labels: {}, value: read() }] };
}

/** What there is now; undefined = not known, and left out. */
export function gauge(name: string, help: string, read: () => number | undefined): Series {
  return {
    name: `${PREFIX}${name}`,
    help,
    type: 'gauge',
    labels: [],
    read() {
      const value = read();
      return value === undefined ? [] : [{ labels: {}, value }];
    },
  };
}

/** What there is now, by labels. */
export function gauges(name: string, help: string, labels: readonly string[], read: () => readonly Sample[]): Series {
  return { name: `${PREFIX}${name}`, help, type: 'gauge', labels, read };
}

export function histogram(name: string, help: string, durations: Durations): Series {
  const full = `${PREFIX}${name}`;
  const { labelName, bounds } = durations;
  return {
    name: full,
    help,
    type: 'histogram',
    labels: labelName === undefined ? [] : [labelName],
    read: () =>
      durations.spreads().flatMap(({ label, sum, cumulative }) => {
        const labels = labelName === undefined ? {} : { [labelName]: label };
        const buckets = cumulative.map((value, place) => ({
          labels: { ...labels, le: String(bounds[place] ?? '+Inf') },
          value,
          metricName: `${full}_bucket`,
        }));
        const count = cumulative.at(-1) ?? 0;
        return [
          ...buckets,
          { labels, value: sum, metricName: `${full}_sum` },
          { labels, value: count, metricName: `${full}_count` },
        ];
      }),
  };
}

/** By the words of a record, for a gauge with one label. */
export function samplesOf(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([word, value]) => ({ labels: { [label]: word }, value }));
}
