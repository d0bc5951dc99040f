/** What the listeners of one event do, for operators who ask later: which of them ran, and what was called at Slack meanwhile. Bounded. */

/** One call, as it is remembered: no arguments and no bodies. */
export interface RememberedCall {
  method: string;
  /** See SendResult. */
  result: string;
  /** Slack's error code, where it answered one. */
  code?: string;
  ms: number;
  /** How long after the beginning of the run it was sent, in milliseconds. */
  afterMs?: number;
}

/** More of each are counted and not kept: a listener that loops over a thousand people must not be remembered a thousand times. */
const MOST = 20;

const NONE: readonly never[] = [];

/** One run of the listeners of an event. */
export class EventRun {
  /** By the wall clock. */
  readonly startedAtMs: number;
  /** 1 is the first. */
  readonly attempt: number;
  #listeners: string[] | undefined;
  #calls: RememberedCall[] | undefined;
  /** Calls that were not kept. */
  moreCalls = 0;
  /** The code of what ended it early, for which it does not count as failed: a person's Stop, or a drain after its answer had begun. */
  endedBy: string | undefined;
  /** Why no listener was asked; undefined when they were. */
  leftOut: 'own_message_elsewhere' | undefined;

  constructor({ startedAtMs, attempt }: { startedAtMs: number; attempt: number }) {
    this.startedAtMs = startedAtMs;
    this.attempt = attempt;
  }

  /** Those that ran, by what they were added with and where. */
  get listeners(): readonly string[] {
    return this.#listeners ?? NONE;
  }

  /** What was called, in the order of the answers. */
  get calls(): readonly RememberedCall[] {
    return this.#calls ?? NONE;
  }

  /** A listener is called. */
  matched(listener: string): void {
    this.#listeners ??= [];
    if (this.#listeners.length < MOST) this.#listeners.push(listener);
  }

  /** A call has ended. */
  called(call: RememberedCall): void {
    this.#calls ??= [];
    if (this.#calls.length < MOST) this.#calls.push(call);
    else this.moreCalls++;
  }
}
