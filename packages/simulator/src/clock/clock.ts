/**
 * What the simulator asks of time: now, and one-shot timers. Nothing else in the package reads the machine's clock,
 * so that 10 minutes of an OAuth code or 30 seconds of a socket URL pass in a test without waiting.
 */

/** A timer that has been set; cancelling twice or after it fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from. All values are milliseconds. */
export interface Clock {
  /** Wall clock: milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `fn` once after `delayMs`, however long that is; never for Infinity and for what is no number. */
  after(delayMs: number, fn: () => void): Timer;
  /**
   * Says that something real is on its way, a request for example; the returned function says that it arrived.
   * Who moves the clock waits for it a moment, so that an hour that is skipped does not make a quick peer late.
   */
  hold(): () => void;
}

/** setTimeout fires at once for longer delays and for what is no number, so they are cut into pieces of this length. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's clock. Also the one for real I/O: protocol pings, long polls, the grace period of a shutdown. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, fn) {
    let leftMs = clampDelayMs(delayMs);
    let handle: NodeJS.Timeout;
    const wait = () => {
      const pieceMs = Math.min(leftMs, MAX_TIMEOUT_MS);
      leftMs -= pieceMs;
      handle = setTimeout(leftMs > 0 ? wait : fn, pieceMs);
    };
    wait();
    return { cancel: () => clearTimeout(handle) };
  },
  hold: () => () => {},
};

/**
 * What is no number counts as never. Whole milliseconds upwards: timers of Node cut a fraction off and fire before the moment, and
 * a fraction can be too small to move a clock that is moved from timer to timer, which would turn without end.
 */
export function clampDelayMs(delayMs: number): number {
  return Number.isNaN(delayMs) ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil(delayMs));
}

/** Monotonic milliseconds for measuring how long something took. */
export function stopwatch(): number {
  return performance.now();
}

/** Lets promises and sockets run once before going on. */
export function turnOfTheEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
