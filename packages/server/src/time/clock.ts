/**
 * The only source of now(), monotonic() and timers. Everything that waits takes a Clock, so that a test
 * (or a rehearsal with `start --test-clock`) moves days of waiting in seconds. See test-clock.ts for the moved one.
 */

/** A timer that has been set; cancelling twice or after it fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Who answers I/O: a peer on the network, which may stay mute, or the store, which ends each question itself. */
export type IoPartner = 'peer' | 'store';

/** Where time comes from. All values are milliseconds. */
export interface Clock {
  /** Wall clock: milliseconds since the Unix epoch. */
  now(): number;
  /** Never goes back; only differences mean something. */
  monotonic(): number;
  /**
   * Calls `fn` once after `delayMs`, however long that is; never for Infinity and for what is no number: whoever computed that
   * must not be called over and over. A throwing `fn` is a bug of the caller.
   */
  after(delayMs: number, fn: () => void): Timer;
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /**
   * Marks real I/O in progress: a moved clock stands still until it settles. Returns the same promise.
   * @param from Who answers. @defaultValue `peer`
   */
  io<T>(work: Promise<T>, from?: IoPartner): Promise<T>;
}

/** Node fires at once what waits longer (24.8 days) or is no number, so a timer is cut into pieces of this length. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
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
  sleep: (delayMs, signal) => sleepOn(systemClock, delayMs, signal),
  io: (work) => work,
};

/**
 * What is no number counts as never. Whole milliseconds upwards: timers of Node cut a fraction off and fire before the moment, and
 * a fraction can be too small to move a clock that is moved from timer to timer, which would turn without end.
 */
export function clampDelayMs(delayMs: number): number {
  return Number.isNaN(delayMs) ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil(delayMs));
}

/** Builds sleep() out of after(), for clocks that only know timers. */
export function sleepOn(clock: Pick<Clock, 'after'>, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
