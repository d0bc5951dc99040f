/** What a process did in one minute: the numbers behind charts. Pure; the rows are minute-repository.ts. */

/** Counted since the process started. */
export interface Counted {
  accepted: number;
  repeated: number;
  handled: number;
  failed: number;
  connects: number;
  closes: number;
  /** How long events took from being stored to being handled, summed, in milliseconds; of `timed` of them. */
  takenMs: number;
  timed: number;
}

/** True at the end of the minute. */
export interface Standing {
  /** Events that wait or run. */
  waiting: number;
  /** Open sockets. */
  open: number;
}

/** A minute of a process; `atMs` is its begin. */
export interface MinuteReport extends Counted, Standing {
  atMs: number;
}

export const MINUTE_MS = 60_000;

/** How long minutes are kept, in milliseconds: the last day, and the hour in which somebody looks. */
export const MINUTES_TTL_MS = 25 * 3_600_000;

const names = ['accepted', 'repeated', 'handled', 'failed', 'connects', 'closes', 'takenMs', 'timed'] as const;

/** What a minute says beside when it was. */
export const minuteNames = [...names, 'waiting', 'open'] as const satisfies (keyof MinuteReport)[];

/** Makes minutes of what is counted. A minute that nobody could write is added to the next one. */
export class MinuteCounter {
  readonly #now: () => Counted & Standing;
  #before: Counted;
  #minuteMs: number;

  constructor(now: () => Counted & Standing, nowMs: number) {
    this.#now = now;
    this.#before = now();
    this.#minuteMs = beginOf(nowMs);
  }

  /** The minute that is over; undefined: none is. A clock that was set back begins another one. */
  over(nowMs: number): MinuteReport | undefined {
    const minuteMs = beginOf(nowMs);
    if (minuteMs < this.#minuteMs) this.#minuteMs = minuteMs;
    if (minuteMs === this.#minuteMs) return undefined;
    const now = this.#now();
    const done = Object.fromEntries(names.map((name) => [name, now[name] - this.#before[name]]));
    return { atMs: this.#minuteMs, ...(done as unknown as Counted), waiting: now.waiting, open: now.open };
  }

  /** It was written. */
  written(nowMs: number, { atMs: _atMs, waiting: _waiting, open: _open, ...done }: MinuteReport): void {
    this.#before = Object.fromEntries(
      names.map((name) => [name, this.#before[name] + done[name]]),
    ) as unknown as Counted;
    this.#minuteMs = beginOf(nowMs);
  }
}

function beginOf(nowMs: number): number {
  return Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
}
