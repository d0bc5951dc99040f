/** Runs work a few at a time and at a steady pace: for what thousands of teams want from Slack at the same moment. */
import type { Clock, Timer } from './clock.ts';
import { type DrawTurns, SharedPace } from './shared-pace.ts';

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
  readonly #shared: SharedPace | undefined;
  #queue: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Monotonic: nothing starts before it. */
  #nextStartMs = 0;
  #timer: Timer | undefined;
  #isStopped = false;

  /** @param draw Where several processes share the pace; `atOnce` is each one's own. @defaultValue one process has it */
  constructor(clock: Clock, options: LanesOptions, draw?: DrawTurns) {
    this.#clock = clock;
    this.#options = options;
    this.#shared = draw ? new SharedPace(draw, { clock, onReady: () => this.#next() }) : undefined;
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
      const waitMs = Math.max(this.#nextStartMs - this.#clock.monotonic(), this.#turnWaitMs());
      // Turns are on their way.
      if (waitMs === Number.POSITIVE_INFINITY) return;
      if (waitMs > 0) {
        // Whole milliseconds: a fraction could be too small to move a clock, and this would come again without end.
        this.#timer = this.#clock.after(Math.ceil(waitMs), () => {
          this.#timer = undefined;
          this.#next();
        });
        return;
      }
      this.#shared?.take();
      this.#nextStartMs = this.#clock.monotonic() + 1_000 / this.#options.perSecond;
      this.#start(this.#queue.shift() as () => Promise<void>);
    }
  }

  #turnWaitMs(): number {
    return this.#shared?.waitMs({ wanted: this.#queue.length, intervalMs: 1_000 / this.#options.perSecond }) ?? 0;
  }

  #start(work: () => Promise<void>): void {
    const running = work().finally(() => {
      this.#running.delete(running);
      this.#next();
    });
    this.#running.add(running);
  }
}
