/** How many events run, and when none does any more. */
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';

/** One per dispatcher. */
export class RunningEvents {
  readonly #clock: Pick<Clock, 'after'>;
  #count = 0;
  #onIdle: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#count;
  }

  begin(): void {
    this.#count++;
  }

  end(): void {
    this.#count--;
    if (this.#count === 0) this.#onIdle?.();
  }

  /** Resolves when nothing runs, or after `graceMs`. */
  async untilIdle(graceMs: number): Promise<void> {
    if (this.#count === 0) return;
    const { promise: idle, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    await within(idle, { clock: this.#clock, limitMs: graceMs, late: () => undefined });
  }
}
