/** The few numbers that a benchmark on a shared machine may report: the median and how far the samples lie apart. */

/** Samples of one measure, reduced. */
export interface Summary {
  median: number;
  min: number;
  max: number;
  samples: readonly number[];
}

/** Reduces samples; undefined when there are none. */
export function summarize(samples: readonly number[]): Summary | undefined {
  const sorted = samples.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  return { median: medianOfSorted(sorted), min, max, samples };
}

/** How many times `value` is `base`; undefined where a ratio says nothing: no base, or one of nothing at all. */
export function ratio(value: Summary | undefined, base: Summary | undefined): number | undefined {
  if (!value || !base || base.median <= 0) return undefined;
  return value.median / base.median;
}

/** The value below which `percent` of the samples lie, by the nearest rank; NaN when there are none. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

function medianOfSorted(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
