/** Sockets that were asked to close and have not gone yet: kept so that stopping can wait for them, and end them. */
import type { Clock } from '../time/clock.ts';
import type { Link } from './link.ts';

/** One per supervisor. */
export class ClosingLinks {
  readonly #clock: Clock;
  readonly #links = new Map<Link, Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Closes the link by plan and remembers it until it is gone. */
  close(link: Link): void {
    const gone = this.#clock.io(link.close()).then(() => void this.#links.delete(link));
    this.#links.set(link, gone);
  }

  /** Resolves when all are gone; those that are left after `graceMs` are ended. */
  async drain(graceMs: number): Promise<void> {
    if (this.#links.size === 0) return;
    const timer = this.#clock.after(graceMs, () => {
      for (const link of this.#links.keys()) link.terminate();
    });
    await Promise.all(this.#links.values());
    timer.cancel();
  }
}
