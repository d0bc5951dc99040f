/**
 * Counts and distributions that cost next to nothing where they are taken: a Map and an array, no library. What prom-client makes
 * of them is made when somebody asks; see metrics-page.ts.
 */

/** Label values of one series, by the names of its labels. */
export type Labels = Readonly<Record<string, string>>;

/** One line of a series. */
export interface Sample {
  labels: Labels;
  value: number;
}

/** Different sets of labels of one tally; what comes above that is counted as `other`, because Slack or a listener may choose the words. */
const MAX_SETS = 200;
/** The same of one label; codes and reasons are words, longer ones are somebody's text. */
const MAX_LENGTH = 64;
const OTHER = 'other';
/** Stands in no word that we count. */
const SEPARATOR = '\n';

/** Counts by the values of its labels. */
export class Tally {
  readonly #labelNames: readonly string[];
  readonly #counts = new Map<string, number>();

  /** @param labelNames In the order in which `add` takes their values. */
  constructor(...labelNames: readonly string[]) {
    this.#labelNames = labelNames;
    if (labelNames.length === 0) this.#counts.set('', 0);
  }

  /** One more with these label values. */
  add(...values: readonly string[]): void {
    this.addMany(1, ...values);
  }

  addMany(count: number, ...values: readonly string[]): void {
    const key = values.length === 1 ? (values[0] as string) : values.join(SEPARATOR);
    const before = this.#counts.get(key);
    if (before !== undefined) this.#counts.set(key, before + count);
    else this.#begin(count, values);
  }

  /**
   * These label values are there from the beginning, with 0. Prometheus takes the first value of a series for where it began: what is counted between
   * the first failure and the next scrape would be in no rate and no alert.
   */
  withZero(...values: readonly string[]): this {
    this.addMany(0, ...values);
    return this;
  }

  /** What there is now. */
  samples(): Sample[] {
    return Array.from(this.#counts, ([key, value]) => {
      const values = key.split(SEPARATOR);
      return { labels: Object.fromEntries(this.#labelNames.map((name, place) => [name, values[place] ?? ''])), value };
    });
  }

  #begin(count: number, values: readonly string[]): void {
    const isFull = this.#counts.size >= MAX_SETS;
    const words = values.map((value) => (isFull || !isWord(value) ? OTHER : value));
    const key = words.join(SEPARATOR);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }
}

/** A code that Slack sent, or somebody in its place, may even be a token. */
function isWord(value: string): boolean {
  return value.length <= MAX_LENGTH && /^[\w.:/ -]+$/.test(value) && !/xox[a-z]|xapp|xwfp/i.test(value);
}

/** How durations are spread, in seconds, optionally by one label with few values that our own code chooses. */
export class Durations {
  /** Upper bounds in seconds, ascending. */
  readonly bounds: readonly number[];
  readonly labelName: string | undefined;
  readonly #byLabel = new Map<string, { counts: Float64Array; sum: number }>();

  constructor(bounds: readonly number[], labelName?: string) {
    this.bounds = bounds;
    this.labelName = labelName;
    if (labelName === undefined) this.#spreadOf('');
  }

  /** Takes one duration, in milliseconds. A clock that was set back makes none negative. */
  observe(ms: number, label = ''): void {
    const seconds = ms > 0 ? ms / 1_000 : 0;
    const spread = this.#spreadOf(label);
    let place = 0;
    while (place < this.bounds.length && seconds > (this.bounds[place] as number)) place++;
    spread.counts[place] = (spread.counts[place] as number) + 1;
    spread.sum += seconds;
  }

  /** By label: the sum in seconds, and how many were at most as long as each bound; the last count is that of all. */
  spreads(): { label: string; sum: number; cumulative: number[] }[] {
    return Array.from(this.#byLabel, ([label, { counts, sum }]) => {
      let total = 0;
      return { label, sum, cumulative: Array.from(counts, (count) => (total += count)) };
    });
  }

  #spreadOf(label: string): { counts: Float64Array; sum: number } {
    let spread = this.#byLabel.get(label);
    if (!spread) {
      spread = { counts: new Float64Array(this.bounds.length + 1), sum: 0 };
      this.#byLabel.set(label, spread);
    }
    return spread;
  }
}
