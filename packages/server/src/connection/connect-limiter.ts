/**
 * How many connects are begun per second and has under way at once, over all teams. First attempts go first, and
 * teams that keep failing cannot take the slots of the others. Slows down when Slack is in trouble, recovers by itself.
 */
import { BotServerError } from '../errors.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { type DrawTurns, SharedPace } from '../time/shared-pace.ts';

/** `Infinity` turns a limit off. */
export interface ConnectLimiterOptions {
  /** Connects begun per second. Slack recovered slowly from waves of reconnects (incidents of 2018 and 2022). @defaultValue 50 */
  ratePerSecond?: number;
  /** Connects under way at once, from asking for the URL to hello. @defaultValue 100 */
  maxConcurrent?: number;
  /**
   * Sockets at once, those under way counted. Further connects wait until one is gone, but for successors, whose predecessors
   * go soon. @defaultValue Infinity
   */
  maxSockets?: number;
}

export const connectLimiterDefaults = {
  ratePerSecond: 50,
  maxConcurrent: 100,
  maxSockets: Number.POSITIVE_INFINITY,
} as const satisfies Required<ConnectLimiterOptions>;

/** The right to connect, held until hello or failure. Releasing twice does nothing. */
export interface Slot {
  release(): void;
}

interface Waiter {
  isSuccessor: boolean;
  grant(slot: Slot): void;
  reject(reason: unknown): void;
}

/** From this attempt on a team is one that keeps failing: at most a quarter of the slots. */
const LATE_ATTEMPT = 3;
const LATE_SHARE = 0.25;
/** Every so many grants the order is turned round, so that a long boot does not starve a second attempt. */
const TURN = 4;
/** A burst of failures is one sign of trouble, not many: at most one halving in this time. */
const HALVE_EVERY_MS = 1_000;
/** One refusal is no trouble of Slack's; a second one before the limits have recovered is. */
const TROUBLED_FACTOR = 0.5;
/** Even in an outage somebody must try: never slower than this part of the limits. */
const MIN_FACTOR = 1 / 16;
/** From half speed to full in this time × 1/2, or faster by successes. */
const RECOVERY_MS = 60_000;
const RECOVERY_PER_SUCCESS = 1 / 256;
/** `hasTimeFor` looks so far ahead, in seconds: the pace of connects is kept, and a team that comes waits hardly longer. */
const AHEAD_SECONDS = 0.25;
/** Timers fire that much too late at most when the process is not overloaded; matters at hundreds of connects per second. */
const TIMER_SLACK_MS = 10;

/** One per process. */
export class ConnectLimiter {
  readonly #clock: Clock;
  readonly #options: Required<ConnectLimiterOptions>;
  readonly #shared: SharedPace | undefined;
  readonly #first = new Set<Waiter>();
  readonly #second = new Set<Waiter>();
  readonly #late = new Set<Waiter>();
  #active = 0;
  #activeFirst = 0;
  #activeLate = 0;
  /** Sockets that were dialed and are not gone. */
  #sockets = 0;
  #successorsWaiting = 0;
  #grants = 0;
  /** When the next grant would be due at an even pace (generic cell rate algorithm). */
  #dueAtMs = 0;
  #factor = 1;
  #factorAtMs = 0;
  #halvedAtMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #isStopped = false;

  /** @param draw Where several processes share the limits: draws turns from what they have together. @defaultValue one process has them */
  constructor(clock: Clock, options: ConnectLimiterOptions = {}, draw?: DrawTurns) {
    this.#clock = clock;
    this.#options = { ...connectLimiterDefaults, ...options };
    const isPaced = Number.isFinite(this.#options.ratePerSecond);
    this.#shared = draw && isPaced ? new SharedPace(draw, { clock, onReady: () => this.#pump() }) : undefined;
  }

  /**
   * Waits for the right to connect.
   * @param attempt 1 for the first attempt since the team was last healthy.
   * @param isSuccessor Whether it is to replace a socket that is still there.
   * @throws BotServerError `server_stopped`; the signal's reason when aborted.
   */
  acquire(attempt: number, signal: AbortSignal, { isSuccessor = false } = {}): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (this.#isStopped) return reject(stoppedError());
      if (signal.aborted) return reject(signal.reason);
      const lane = this.#laneOf(attempt);
      const onAbort = () => {
        this.#leave(lane, waiter);
        this.#pump();
        reject(signal.reason);
      };
      const waiter: Waiter = {
        isSuccessor,
        grant(slot) {
          signal.removeEventListener('abort', onAbort);
          resolve(slot);
        },
        reject,
      };
      signal.addEventListener('abort', onAbort, { once: true });
      lane.add(waiter);
      if (isSuccessor) this.#successorsWaiting += 1;
      this.#pump();
    });
  }

  /** A socket was dialed. */
  noteDialed(): void {
    this.#sockets += 1;
  }

  /** A socket that was dialed is gone. */
  noteGone(): void {
    this.#sockets -= 1;
    if (Number.isFinite(this.#options.maxSockets)) this.#pump();
  }

  /** Slack answered 429 or 5xx, or many sockets fell silent together: half of the present limits. */
  slowDown(): void {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#halvedAtMs < HALVE_EVERY_MS) return;
    this.#halvedAtMs = nowMs;
    this.#setFactor(Math.max(MIN_FACTOR, this.#currentFactor() / 2));
  }

  /** A connection said hello: a step back towards full speed. */
  noteSuccess(): void {
    if (this.#factor < 1) this.#setFactor(Math.min(1, this.#currentFactor() + RECOVERY_PER_SUCCESS));
  }

  /** Connects that wait for a slot. */
  get waiting(): number {
    return this.#first.size + this.#second.size + this.#late.size;
  }

  /**
   * Whether so many more teams could begin to connect soon, and connecting works: first attempts that wait or are under way fill no
   * more than a quarter of a second, and Slack has not slowed us down twice in a moment. Teams that keep failing do not count.
   */
  hasTimeFor(more: number): boolean {
    const isTroubled = this.#currentFactor() < TROUBLED_FACTOR;
    return !isTroubled && this.#first.size + this.#activeFirst + more <= this.#options.ratePerSecond * AHEAD_SECONDS;
  }

  /** Rejects those who wait, and everyone who asks later. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    for (const lane of [this.#first, this.#second, this.#late]) {
      for (const waiter of lane) waiter.reject(stoppedError());
      lane.clear();
    }
  }

  #laneOf(attempt: number): Set<Waiter> {
    if (attempt >= LATE_ATTEMPT) return this.#late;
    return attempt === 1 ? this.#first : this.#second;
  }

  /** Grants what may go now; arms one timer for the rest. */
  #pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (!this.#isStopped) {
      const lane = this.#nextLane();
      const waiter = lane && this.#nextIn(lane);
      if (!lane || !waiter) return;
      const waitMs = this.#paceWaitMs();
      // Turns are on their way, and the pump is started when they are there.
      if (waitMs === Number.POSITIVE_INFINITY) return;
      if (waitMs > 0) {
        // Whole milliseconds: a fraction could be too small to move a clock, and the pump would turn without end.
        this.#timer = this.#clock.after(Math.ceil(waitMs), () => this.#pump());
        return;
      }
      this.#grant(lane, waiter);
    }
  }

  /** Without room only a successor may go. */
  #nextIn(lane: Set<Waiter>): Waiter | undefined {
    if (this.#hasRoom()) return lane.values().next().value;
    for (const waiter of lane) if (waiter.isSuccessor) return waiter;
    return undefined;
  }

  #hasRoom(): boolean {
    return this.#sockets + this.#active < this.#options.maxSockets;
  }

  #leave(lane: Set<Waiter>, waiter: Waiter): void {
    if (lane.delete(waiter) && waiter.isSuccessor) this.#successorsWaiting -= 1;
  }

  #nextLane(): Set<Waiter> | undefined {
    const { maxConcurrent } = this.#options;
    const limit = Math.max(1, Math.floor((maxConcurrent * this.#currentFactor()) / (this.#shared?.sharers ?? 1)));
    if (this.#active >= limit) return undefined;
    const hasRoom = this.#hasRoom();
    if (!hasRoom && this.#successorsWaiting === 0) return undefined;
    const isLateAllowed = this.#activeLate < Math.max(1, Math.floor(limit * LATE_SHARE));
    const isTurned = this.#grants % TURN === TURN - 1;
    const order = isTurned ? [this.#second, this.#late, this.#first] : [this.#first, this.#second, this.#late];
    const mayGo = (lane: Set<Waiter>) => (hasRoom ? lane.size > 0 : this.#nextIn(lane) !== undefined);
    return order.find((lane) => mayGo(lane) && (lane !== this.#late || isLateAllowed));
  }

  #grant(lane: Set<Waiter>, waiter: Waiter): void {
    this.#leave(lane, waiter);
    this.#grants += 1;
    this.#count(lane, 1);
    this.#shared?.take();
    this.#dueAtMs = Math.max(this.#clock.monotonic(), this.#dueAtMs) + this.#intervalMs();
    waiter.grant(this.#slot(lane));
  }

  #slot(lane: Set<Waiter>): Slot {
    let isReleased = false;
    return {
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#count(lane, -1);
        this.#pump();
      },
    };
  }

  #count(lane: Set<Waiter>, more: 1 | -1): void {
    this.#active += more;
    if (lane === this.#first) this.#activeFirst += more;
    if (lane === this.#late) this.#activeLate += more;
  }

  /** One interval may be taken in advance, so that a timer that fires late costs no speed. */
  #paceWaitMs(): number {
    const intervalMs = this.#intervalMs();
    // Slowed down, a turn costs more of what all share: nobody else makes up for it.
    if (this.#shared) return this.#shared.waitMs({ wanted: this.waiting, intervalMs });
    return this.#dueAtMs - Math.max(intervalMs, TIMER_SLACK_MS) - this.#clock.monotonic();
  }

  #intervalMs(): number {
    return 1_000 / (this.#options.ratePerSecond * this.#currentFactor());
  }

  #currentFactor(): number {
    if (this.#factor === 1) return 1;
    return Math.min(1, this.#factor + (this.#clock.monotonic() - this.#factorAtMs) / RECOVERY_MS);
  }

  #setFactor(factor: number): void {
    this.#factor = factor;
    this.#factorAtMs = this.#clock.monotonic();
  }
}

function stoppedError(): BotServerError {
  return new BotServerError('server_stopped', 'No new connection is opened: the server is stopping');
}
