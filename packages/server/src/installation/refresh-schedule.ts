/** When which refresh is due: one timer for all of them, then the lanes. What a refresh is, and when the next one is due, is refresher.ts. */
import type { Clock, Timer } from '../time/clock.ts';
import { Lanes, type LanesOptions } from '../time/lanes.ts';
import type { DrawTurns } from '../time/shared-pace.ts';

export interface RefreshLanesOptions {
  /** So many at once. @defaultValue 5 */
  atOnce?: number;
  /**
   * So many started within any second. oauth.v2.access is for all teams of an app together, and Slack allows 600 a minute,
   * installs included. @defaultValue 8
   */
  perSecond?: number;
}

export const refreshLanesDefaults = { atOnce: 5, perSecond: 8 } as const satisfies LanesOptions;

/** Something that is run again and again, never twice at once. */
export interface Planned {
  /** Wall clock; Infinity = never by itself. */
  dueAtMs: number;
  /** Queued or running. Only the schedule writes it. */
  isUnderWay: boolean;
}

/** Between two polls at most, in milliseconds: wall clocks jump, and timers cannot be arbitrarily long. */
const MAX_POLL_MS = 60_000;
const MIN_POLL_MS = 1_000;

/** Runs what is due. Whoever is run sets its own `dueAtMs`, or is not run again until it is planned. */
export class RefreshSchedule<T extends Planned> {
  readonly #run: (planned: T) => Promise<void>;
  readonly #clock: Clock;
  readonly #lanes: Lanes;
  /** With the moment on the monotonic clock at which it is due at the latest: a wall clock that is set back postpones nothing. */
  readonly #waiting = new Map<T, number>();
  #timer: Timer | undefined;
  #pollAtMs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  /** @param run Never rejects. */
  constructor(
    run: (planned: T) => Promise<void>,
    { clock, lanes, draw }: { clock: Clock; lanes: RefreshLanesOptions | undefined; draw?: DrawTurns | undefined },
  ) {
    this.#run = run;
    this.#clock = clock;
    this.#lanes = new Lanes(clock, { ...refreshLanesDefaults, ...lanes }, draw);
  }

  /** Runs it at that moment instead of any other. What is under way is planned when it ends. */
  plan(planned: T, dueAtMs: number): void {
    planned.dueAtMs = dueAtMs;
    if (this.#isStopped || planned.isUnderWay) return;
    if (dueAtMs <= this.#clock.now()) {
      this.#enqueue(planned);
      return;
    }
    this.#waiting.set(planned, this.#clock.monotonic() + dueAtMs - this.#clock.now());
    this.#pollAt(dueAtMs);
  }

  /** Not planned any more; what is under way goes on. */
  forget(planned: T): void {
    planned.dueAtMs = Number.POSITIVE_INFINITY;
    this.#waiting.delete(planned);
  }

  /** Starts nothing for so long, in milliseconds. */
  pause(ms: number): void {
    this.#lanes.pause(ms);
  }

  /** Starts nothing more and waits for what runs: an answer that is not stored is a lost token. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#lanes.stop();
  }

  #pollAt(atMs: number): void {
    const waitMs = Math.min(Math.max(atMs - this.#clock.now(), MIN_POLL_MS), MAX_POLL_MS);
    if (this.#timer && this.#pollAtMs <= this.#clock.monotonic() + waitMs) return;
    this.#timer?.cancel();
    this.#pollAtMs = this.#clock.monotonic() + waitMs;
    this.#timer = this.#clock.after(waitMs, () => this.#poll());
  }

  #poll(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.now();
    const monotonicMs = this.#clock.monotonic();
    let nextAtMs = Number.POSITIVE_INFINITY;
    for (const [planned, latestMs] of this.#waiting) {
      if (planned.dueAtMs <= nowMs || latestMs <= monotonicMs) this.#enqueue(planned);
      else nextAtMs = Math.min(nextAtMs, planned.dueAtMs);
    }
    if (Number.isFinite(nextAtMs)) this.#pollAt(nextAtMs);
  }

  #enqueue(planned: T): void {
    planned.isUnderWay = true;
    this.#waiting.delete(planned);
    this.#lanes.add(async () => {
      planned.dueAtMs = Number.POSITIVE_INFINITY;
      await this.#run(planned);
      planned.isUnderWay = false;
      if (Number.isFinite(planned.dueAtMs)) this.plan(planned, planned.dueAtMs);
    });
  }
}
