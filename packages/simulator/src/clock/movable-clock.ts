/**
 * The clock of one simulator: it follows the machine's clock, or stands still (`manual`), and either way `advance` moves
 * it, firing timers one by one in order of their due time. Driven from outside through `/_sim/clock`.
 */
import { type Clock, clampDelayMs, systemClock, type Timer, turnOfTheEventLoop } from './clock.ts';

/** `system` runs with the machine's clock; `manual` stands still until it is moved. */
export type ClockMode = 'system' | 'manual';

interface Due {
  atMs: number;
  order: number;
  fn: () => void;
  real: Timer | undefined;
}

/** How long a moved clock waits for what is on its way, in ms of real time. */
const MAX_WAIT_MS = 250;

/** A Clock that can be moved forward, and stopped and started. */
export class MovableClock implements Clock {
  #mode: ClockMode;
  /** Added to the machine's clock in mode `system`. */
  #offsetMs = 0;
  /** The time in mode `manual`. */
  #standingMs: number;
  #order = 0;
  #isStopped = false;
  readonly #due = new Set<Due>();
  /** What is on its way, and waits to be waited for. */
  readonly #holds = new Map<object, { isWaitedFor: boolean }>();
  #onArrival: (() => void) | undefined;

  constructor(options: { mode?: ClockMode; startMs?: number } = {}) {
    const { mode = 'system', startMs = systemClock.now() } = options;
    this.#mode = mode;
    this.#standingMs = startMs;
    this.#offsetMs = startMs - systemClock.now();
  }

  get mode(): ClockMode {
    return this.#mode;
  }

  now(): number {
    return this.#mode === 'manual' ? this.#standingMs : systemClock.now() + this.#offsetMs;
  }

  after(delayMs: number, fn: () => void): Timer {
    const due: Due = { atMs: this.now() + clampDelayMs(delayMs), order: this.#order++, fn, real: undefined };
    if (this.#isStopped) return { cancel: () => {} };
    this.#due.add(due);
    this.#arm(due);
    return { cancel: () => this.#drop(due) };
  }

  /** Stops or starts the clock where it is; nothing jumps. */
  setMode(mode: ClockMode): void {
    if (mode === this.#mode) return;
    const nowMs = this.now();
    this.#standingMs = nowMs;
    this.#offsetMs = nowMs - systemClock.now();
    this.#mode = mode;
    for (const due of this.#due) this.#arm(due);
  }

  /** Moves time by `ms`, firing what falls due on the way; sockets get their turn between two timers. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.now() + ms;
    await this.#settle();
    for (let next = this.#earliest(); next && next.atMs <= targetMs; next = this.#earliest()) {
      this.#moveTo(next.atMs);
      this.#fire(next);
      await turnOfTheEventLoop();
      await this.#settle();
    }
    this.#moveTo(targetMs);
    for (const due of this.#due) this.#arm(due);
    await turnOfTheEventLoop();
  }

  hold(): () => void {
    const key = {};
    this.#holds.set(key, { isWaitedFor: true });
    return () => {
      this.#holds.delete(key);
      this.#onArrival?.();
    };
  }

  /** Waits until what is on its way has arrived, a moment at most; what did not is not waited for again. */
  async #settle(): Promise<void> {
    let isTooLate = false;
    const timer = systemClock.after(MAX_WAIT_MS, () => {
      isTooLate = true;
      this.#onArrival?.();
    });
    while (!isTooLate && this.#isWaiting()) {
      await new Promise<void>((resolve) => (this.#onArrival = resolve));
      // What follows from an arrival, the next try for example, is on its way one turn later.
      await turnOfTheEventLoop();
    }
    timer.cancel();
    this.#onArrival = undefined;
    for (const hold of this.#holds.values()) hold.isWaitedFor = false;
  }

  #isWaiting(): boolean {
    for (const { isWaitedFor } of this.#holds.values()) if (isWaitedFor) return true;
    return false;
  }

  /** Cancels every timer. The clock still tells the time afterwards. */
  stop(): void {
    this.#isStopped = true;
    for (const due of this.#due) this.#drop(due);
  }

  /** How many timers are waiting; a stopped simulator must leave none. */
  get pendingTimers(): number {
    return this.#due.size;
  }

  #moveTo(atMs: number): void {
    this.#standingMs = Math.max(this.#standingMs, atMs);
    this.#offsetMs = Math.max(this.#offsetMs, atMs - systemClock.now());
  }

  #arm(due: Due): void {
    due.real?.cancel();
    due.real = this.#mode === 'manual' ? undefined : systemClock.after(due.atMs - this.now(), () => this.#fire(due));
  }

  #fire(due: Due): void {
    this.#drop(due);
    due.fn();
  }

  #drop(due: Due): void {
    due.real?.cancel();
    this.#due.delete(due);
  }

  #earliest(): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) {
      if (!first || due.atMs < first.atMs || (due.atMs === first.atMs && due.order < first.order)) first = due;
    }
    return first;
  }
}
