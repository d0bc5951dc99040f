/**
 * Sockets on their way out: those that linger behind a successor or owe answers, and those that were asked to close and have
 * not gone yet. Kept so that stopping can wait for them, and end them.
 */
import type { Clock, Timer } from '../time/clock.ts';
import type { Link } from './link.ts';

/** Answers take 3 s at most, storing a little longer; what takes longer will never be answered. */
const MAX_ANSWER_MS = 10_000;

interface Lingering {
  /** The linger time is over: it goes as soon as nothing is in hand. */
  isDue: boolean;
  timer: Timer | undefined;
}

/** One per supervisor. */
export class ClosingLinks {
  readonly #clock: Clock;
  readonly #lingering = new Map<Link, Lingering>();
  /** Until they are gone. */
  readonly #links = new Map<Link, Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there are. */
  get size(): number {
    return this.#links.size;
  }

  /** Closes the link by plan: after `lingerMs`, and not while answers are owed on it. Until then it is read and answered. */
  retire(link: Link, { lingerMs }: { lingerMs: number }): void {
    // Nobody would be told of its silence.
    link.unwatch();
    if (lingerMs === 0 && !link.isBusy) return this.#close(link);
    const lingering: Lingering = { isDue: false, timer: undefined };
    this.#lingering.set(link, lingering);
    this.#keep(link, link.gone());
    link.whenIdle(() => {
      if (lingering.isDue) this.#close(link);
    });
    if (lingerMs === 0) this.#fallDue(link, lingering);
    else lingering.timer = this.#clock.after(lingerMs, () => this.#fallDue(link, lingering));
  }

  /** Resolves when all are gone, none of which lingers any longer; those that are left after `graceMs` are ended. */
  async drain(graceMs: number): Promise<void> {
    if (this.#links.size === 0) return;
    for (const [link, lingering] of this.#lingering) this.#fallDue(link, lingering);
    const timer = this.#clock.after(graceMs, () => {
      for (const link of this.#links.keys()) link.terminate();
    });
    await Promise.all(this.#links.values());
    timer.cancel();
  }

  #fallDue(link: Link, lingering: Lingering): void {
    lingering.timer?.cancel();
    lingering.isDue = true;
    if (!link.isBusy) return this.#close(link);
    lingering.timer = this.#clock.after(MAX_ANSWER_MS, () => this.#close(link));
  }

  #close(link: Link): void {
    this.#forget(link);
    this.#keep(link, this.#clock.io(link.close()));
  }

  #keep(link: Link, gone: Promise<void>): void {
    if (this.#links.has(link)) return;
    const done = gone.then(() => {
      this.#links.delete(link);
      this.#forget(link);
    });
    this.#links.set(link, done);
  }

  #forget(link: Link): void {
    this.#lingering.get(link)?.timer?.cancel();
    this.#lingering.delete(link);
  }
}
