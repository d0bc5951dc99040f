/**
 * Whether this machine's clock is that of the database. Leases do not mind, they go by the database's alone; what is planned and what
 * expires is earlier or later on one node than on the others, and past five minutes whatever Slack has signed is refused.
 */
import type { Clock } from '../time/clock.ts';

/** Clocks that differ by more are told of, in milliseconds: more than a slow answer of the database makes. */
const MAX_SKEW_MS = 5_000;

export interface ClockSkewDeps {
  clock: Pick<Clock, 'now'>;
  log: { warn(facts: object, message: string): void };
}

/** One per process. */
export class ClockSkew {
  readonly #deps: ClockSkewDeps;
  #isTold = false;

  constructor(deps: ClockSkewDeps) {
    this.#deps = deps;
  }

  /** @param databaseMs The database's wall clock a moment ago */
  compare(databaseMs: number): void {
    const { clock, log } = this.#deps;
    const aheadMs = Math.round(clock.now() - databaseMs);
    const isWrong = Math.abs(aheadMs) > MAX_SKEW_MS;
    if (isWrong && !this.#isTold) {
      log.warn({ aheadMs }, 'the clock of this machine is not that of the database: have both set by NTP');
    }
    this.#isTold = isWrong;
  }
}
