/**
 * A clock that only moves when told to: timers fire one by one, in order of their due time, and real sockets get their
 * turn between two of them. Used by tests and by the hidden `start --test-clock`, never in production.
 */
import { type Clock, clampDelayMs, type IoPartner, sleepOn, type Timer } from './clock.ts';
import { DueQueue } from './due-queue.ts';

export interface TestClockOptions {
  /**
   * Real milliseconds that a peer may hold the moved clock by one piece of I/O, once; a mute peer must not freeze it for ever.
   * @defaultValue 250
   */
  ioPatienceMs?: number;
}

/**
 * Real milliseconds for which the store may hold it. The store always answers, but on a busy machine a statement takes longer than a
 * peer is waited for; a clock that did not wait would be past the moments of which the answer speaks.
 */
const STORE_PATIENCE_MS = 5_000;

const testClockDefaults = { ioPatienceMs: 250 } as const satisfies Required<TestClockOptions>;

/** A Clock moved by `advance`. Starts at `startMs` (default: the machine's now, so that signatures and tickets are valid). */
export class TestClock implements Clock {
  #nowMs: number;
  readonly #startMs: number;
  /** By how much somebody has set the wall clock. */
  #wallOffsetMs = 0;
  readonly #ioPatienceMs: number;
  readonly #due = new DueQueue();
  readonly #io = new Set<Promise<unknown>>();
  /** Resolved when the last piece of I/O has ended; there while somebody waits for that. */
  #idle: PromiseWithResolvers<void> | undefined;

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
    const due = this.#due.add(this.#nowMs + clampDelayMs(delayMs), fn);
    // What is due now needs no moving, and must not wait for it: the clock may stand still for long.
    if (delayMs <= 0) setImmediate(() => this.#due.remove(due) && fn());
    return { cancel: () => void this.#due.remove(due) };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  io<T>(work: Promise<T>, from: IoPartner = 'peer'): Promise<T> {
    const settled = work.then(
      () => {},
      () => {},
    );
    this.#io.add(settled);
    const patienceMs = from === 'store' ? STORE_PATIENCE_MS : this.#ioPatienceMs;
    const patience = startPatience(patienceMs, () => this.#forget(settled));
    void settled.then(() => {
      patience.end();
      this.#forget(settled);
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
      const next = this.#due.first();
      if (!next || next.atMs > targetMs) break;
      this.#due.remove(next);
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
    for (;;) {
      await turnOfTheEventLoop();
      await turnOfTheEventLoop();
      if (this.#io.size === 0) return;
      // Asleep, not turn by turn: the work is another thread's, which needs the processor.
      this.#idle ??= Promise.withResolvers();
      await this.#idle.promise;
    }
  }

  #forget(work: Promise<unknown>): void {
    this.#io.delete(work);
    if (this.#io.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}

/** Pieces of a patience: on a machine that is too busy to answer each of them comes late, too, and the whole so much later. */
const PIECES = 10;

function startPatience(ms: number, onOver: () => void): { end: () => void } {
  let left = PIECES;
  let timer: NodeJS.Timeout;
  const wait = () => {
    left--;
    timer = setTimeout(left > 0 ? wait : onOver, ms / PIECES).unref();
  };
  wait();
  return { end: () => clearTimeout(timer) };
}

function turnOfTheEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
