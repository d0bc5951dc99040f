/** Runs work a few at a time and at a steady pace: for what thousands of teams want from Slack at the same moment. */
import type { Clock, Timer } from './clock.ts';

export interface LanesOptions {
  /** So many at once. */
  atOnce: number;
  /** So many started within any second, evenly. */
  perSecond: number;
}

/** A queue of work that never rejects. */
export class Lanes {
  readonly #clock: Clock;
  readonly #options: LanesOptions;
  #queue: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Monotonic: nothing starts before it. */
  #nextStartMs = 0;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(clock: Clock, options: LanesOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  add(work: () => Promise<void>): void {
    this.#queue.push(work);
    this.#next();
  }

  /** Starts nothing for so long: Slack asked for it, or it would be in vain. What runs goes on. */
  pause(ms: number): void {
    this.#nextStartMs = Math.max(this.#nextStartMs, this.#clock.monotonic() + ms);
  }

  /** Starts nothing more and waits for what runs. */
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
