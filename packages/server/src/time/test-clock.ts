/**
 * A clock that only moves when told to: timers fire one by one, in order of their due time, and real sockets get their
 * turn between two of them. Used by tests and by the hidden `start --test-clock`, never in production.
 */
import { type Clock, saneDelayMs, sleepOn, type Timer } from './clock.ts';

interface Due {
  atMs: number;
  order: number;
  fn: () => void;
}

export interface TestClockOptions {
  /**
   * Real milliseconds that one piece of I/O may hold the moved clock, once; a mute peer must not freeze it for ever.
   * @defaultValue 250
   */
  ioPatienceMs?: number;
}

const testClockDefaults = { ioPatienceMs: 250 } as const satisfies Required<TestClockOptions>;

/** A Clock moved by `advance`. Starts at `startMs` (default: the machine's now, so that signatures and tickets are valid). */
export class TestClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #startMs: number;
  /** By how much somebody has set the wall clock. */
  #wallOffsetMs = 0;
  readonly #ioPatienceMs: number;
  readonly #due = new Set<Due>();
  readonly #io = new Set<Promise<unknown>>();

  constructor(startMs: number = Date.now(), options: TestClockOptions = {}) {
    this.#ioPatienceMs = { ...testClockDefaults, ...options }.ioPatienceMs;
    this.#startMs = startMs;
    this.#nowMs = startMs;
  }

  now(): number {
    return Math.floor(this.#nowMs + this.#wallOffsetMs);
  }

  monotonic(): number {
    return this.#nowMs - this.#startMs;
  }

  after(delayMs: number, fn: () => void): Timer {
    const due: Due = { atMs: this.#nowMs + saneDelayMs(delayMs), order: this.#order++, fn };
    this.#due.add(due);
    // What is due now needs no moving, and must not wait for it: the clock may stand still for long.
    if (delayMs <= 0) setImmediate(() => this.#due.delete(due) && fn());
    return { cancel: () => void this.#due.delete(due) };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  io<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => {},
      () => {},
    );
    this.#io.add(settled);
    const givenUp = setTimeout(() => this.#io.delete(settled), this.#ioPatienceMs);
    givenUp.unref();
    void settled.then(() => {
      clearTimeout(givenUp);
      this.#io.delete(settled);
    });
    return work;
  }

  /** How many timers are waiting; a stopped component must leave none. */
  get pendingTimers(): number {
    return this.#due.size;
  }

  /** Moves time by `ms`, firing what falls due on the way, and lets I/O that was started finish before going on. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms;
    for (;;) {
      await this.settle();
      const next = this.#earliest();
      if (!next || next.atMs > targetMs) break;
      this.#due.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fn();
    }
    this.#nowMs = targetMs;
    await this.settle();
  }

  /** Moves time by `ms` at once, as on a machine that slept: what fell due meanwhile fires afterwards, once each. */
  async leap(ms: number): Promise<void> {
    this.#nowMs += ms;
    await this.advance(0);
  }

  /** Sets the wall clock forward by `ms`, or back by a negative one, as an operator or NTP does; timers know nothing of it. */
  setWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  /** Lets promises, sockets and tracked I/O run without moving time. */
  async settle(): Promise<void> {
    do {
      await turnOfTheEventLoop();
      await turnOfTheEventLoop();
    } while (this.#io.size > 0);
  }

  #earliest(): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) {
      if (!first || due.atMs < first.atMs || (due.atMs === first.atMs && due.order < first.order)) first = due;
    }
    return first;
  }
}

function turnOfTheEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
