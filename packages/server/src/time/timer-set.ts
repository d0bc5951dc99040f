/** Timers that can be cancelled together: of what nobody waits for any more. */
import type { Clock, Timer } from './clock.ts';

/** Sets timers on a clock and remembers those that have not fired. */
export class TimerSet implements Pick<Clock, 'after'> {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #timers = new Set<Timer>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  after(delayMs: number, fn: () => void): Timer {
    const inner = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer);
      fn();
    });
    const timer: Timer = {
      cancel: () => {
        this.#timers.delete(timer);
        inner.cancel();
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  cancelAll(): void {
    for (const timer of Array.from(this.#timers)) timer.cancel();
  }
}
