/**
 * The clock of leases: monotonic, but time in which the machine was suspended counts, too. Linux stops the monotonic clock
 * then, and goes on with the wall clock; the database's clock went on.
 */
import type { Clock } from '../time/clock.ts';

/** The wall clock may be ahead by so much, in milliseconds, between two looks before it counts: it is being adjusted all the time. */
const TOLERANCE_MS = 250;
/** How often the two are compared anew at least, so that small adjustments do not add up. */
const COMPARE_EVERY_MS = 1_000;

export class LeaseClock {
  readonly #clock: Pick<Clock, 'monotonic' | 'now'>;
  /** Of both clocks, at the last comparison. */
  #monotonicMs: number;
  #wallMs: number;
  #suspendedMs = 0;

  constructor(clock: Pick<Clock, 'monotonic' | 'now'>) {
    this.#clock = clock;
    this.#monotonicMs = clock.monotonic();
    this.#wallMs = clock.now();
  }

  /**
   * In milliseconds; never goes back. A wall clock that is set forward counts as time that has passed: a lease that is given up
   * too early is renewed a moment later. One that is set back changes nothing.
   */
  now(): number {
    const monotonicMs = this.#clock.monotonic();
    const passedMs = monotonicMs - this.#monotonicMs;
    const aheadMs = this.#clock.now() - this.#wallMs - passedMs;
    if (aheadMs > TOLERANCE_MS) this.#suspendedMs += aheadMs;
    if (aheadMs > TOLERANCE_MS || passedMs > COMPARE_EVERY_MS) {
      this.#monotonicMs = monotonicMs;
      this.#wallMs = this.#clock.now();
    }
    return monotonicMs + this.#suspendedMs;
  }
}
