/** Runs refreshes a few at a time and no faster than Slack allows: oauth.v2.access is for all teams of an app together. */
import type { Clock, Timer } from '../time/clock.ts';

export interface RefreshLanesOptions {
  /** So many at once. @defaultValue 5 */
  atOnce?: number;
  /** So many started within any second; Slack allows 600 a minute, installs included. @defaultValue 8 */
  perSecond?: number;
}

export const refreshLanesDefaults = { atOnce: 5, perSecond: 8 } as const satisfies Required<RefreshLanesOptions>;

/** A queue of work that never rejects. */
export class RefreshLanes {
  readonly #clock: Clock;
  readonly #options: Required<RefreshLanesOptions>;
  #queue: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Monotonic: nothing starts before it. */
  #nextStartMs = 0;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(clock: Clock, options: RefreshLanesOptions = {}) {
    this.#clock = clock;
    this.#options = { ...refreshLanesDefaults, ...options };
  }

  add(work: () => Promise<void>): void {
    this.#queue.push(work);
    this.#next();
  }

  /** Starts nothing for so long: Slack asked for it, or it would be in vain. What runs goes on. */
  pause(ms: number): void {
    this.#nextStartMs = Math.max(this.#nextStartMs, this.#clock.monotonic() + ms);
  }

  /** Starts nothing more and waits for what runs: an answer that is not stored is a lost token. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#queue = [];
    await Promise.allSettled(this.#running);
  }

  #next(): void {
    while (!this.#isStopped && !this.#timer && this.#queue.length > 0 && this.#running.size < this.#options.atOnce) {
      const waitMs = this.#nextStartMs - this.#clock.monotonic();
      if (waitMs > 0) {
        this.#timer = this.#clock.after(waitMs, () => {
          this.#timer = undefined;
          this.#next();
        });
        return;
      }
      this.#nextStartMs = this.#clock.monotonic() + 1_000 / this.#options.perSecond;
      this.#start(this.#queue.shift() as () => Promise<void>);
    }
  }

  #start(work: () => Promise<void>): void {
    const running = work().finally(() => {
      this.#running.delete(running);
      this.#next();
    });
    this.#running.add(running);
  }
}
