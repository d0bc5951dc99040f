/**
 * How many installs may be finished at a time and in a while. Anybody can begin one, so anybody could make this server write rows
 * and call Slack with codes of their own making; that is bounded by address, so that one flood leaves the others alone, and in all.
 */
import type { Clock } from '../time/clock.ts';

/** A bound of rate and of concurrency. */
interface Bound {
  /** So many at once, after a pause. */
  burst: number;
  perSecond: number;
  /** So many that have not ended. */
  concurrent: number;
}

export interface InstallLimitsOptions {
  /** By address (IPv6: by /64). An office behind one address has many people. @defaultValue 20 at once, 30 a minute, 10 unfinished */
  perAddress?: Bound;
  /** @defaultValue 100 at once, 10 a second, 50 unfinished */
  inAll?: Bound;
}

export const installLimitsDefaults = {
  perAddress: { burst: 20, perSecond: 0.5, concurrent: 10 },
  inAll: { burst: 100, perSecond: 10, concurrent: 50 },
} as const satisfies Required<InstallLimitsOptions>;

/** Addresses that are remembered; the bound in all holds whatever is forgotten. */
const MAX_ADDRESSES = 10_000;
/** What somebody is told who waits for others to end: nobody knows when they do. */
const BUSY_RETRY_MS = 2_000;

export type EntryResult = { kind: 'entered'; leave: () => void } | { kind: 'refused'; retryAfterMs: number };

/** One per process. */
export class InstallLimits {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #options: Required<InstallLimitsOptions>;
  readonly #inAll: Gauge;
  readonly #byAddress = new Map<string, Gauge>();

  constructor(clock: Pick<Clock, 'monotonic'>, options: InstallLimitsOptions = {}) {
    this.#clock = clock;
    this.#options = { ...installLimitsDefaults, ...options };
    this.#inAll = new Gauge(this.#options.inAll, clock.monotonic());
  }

  /** Takes a place of both bounds, or of none. */
  enter(address: string): EntryResult {
    const nowMs = this.#clock.monotonic();
    const gauges = [this.#gaugeOf(address, nowMs), this.#inAll];
    const waitMs = Math.max(...gauges.map((gauge) => gauge.waitMs(nowMs)));
    if (waitMs > 0) return { kind: 'refused', retryAfterMs: waitMs };
    for (const gauge of gauges) gauge.take();
    return { kind: 'entered', leave: once(() => gauges.forEach((gauge) => gauge.leave())) };
  }

  #gaugeOf(address: string, nowMs: number): Gauge {
    const known = this.#byAddress.get(address);
    if (known) return known;
    if (this.#byAddress.size >= MAX_ADDRESSES) this.#forgetSome(nowMs);
    const gauge = new Gauge(this.#options.perAddress, nowMs);
    this.#byAddress.set(address, gauge);
    return gauge;
  }

  /** Those that are as new, and if there are none the one that came first. */
  #forgetSome(nowMs: number): void {
    for (const [address, gauge] of this.#byAddress) if (gauge.isAsNew(nowMs)) this.#byAddress.delete(address);
    if (this.#byAddress.size < MAX_ADDRESSES) return;
    const [oldest] = this.#byAddress.keys();
    if (oldest !== undefined) this.#byAddress.delete(oldest);
  }
}

/** A bucket of tokens and a count. */
class Gauge {
  readonly #bound: Bound;
  #tokens: number;
  #filledAtMs: number;
  #running = 0;

  constructor(bound: Bound, nowMs: number) {
    this.#bound = bound;
    this.#tokens = bound.burst;
    this.#filledAtMs = nowMs;
  }

  /** 0 = there is a place. */
  waitMs(nowMs: number): number {
    const { perSecond, concurrent } = this.#bound;
    this.#fill(nowMs);
    if (this.#running >= concurrent) return BUSY_RETRY_MS;
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / perSecond) * 1_000);
  }

  take(): void {
    this.#tokens--;
    this.#running++;
  }

  leave(): void {
    this.#running--;
  }

  isAsNew(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#running === 0 && this.#tokens === this.#bound.burst;
  }

  #fill(nowMs: number): void {
    const { burst, perSecond } = this.#bound;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledAtMs) / 1_000) * perSecond);
    this.#filledAtMs = nowMs;
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
