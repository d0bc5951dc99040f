/** One moved time for a simulated Slack and its servers: it passes while somebody waits, not while nobody does. */
import { setTimeout as realTime } from 'node:timers/promises';
import type { LogRecord, SimulatorControl } from 'slack-simulator';
import type { TestClock } from '../time/test-clock.ts';

/** Tells one record of the simulator's log from the others. */
export type Fits = (record: LogRecord) => boolean;

/** Time that passes between two looks, in milliseconds. */
const STEP_MS = 250;
/** Real milliseconds for which a look waits: sockets and the store need real time, not only moved one. */
const POLL_MS = 15;
/** Real milliseconds that a wait takes at least before it fails: on a busy machine the moved time is over before the real work. */
const PATIENCE_MS = 8_000;
/** Real milliseconds between two looks whether work has settled: disk and sockets need them. */
const TURN_MS = 2;

/** How long is waited. */
export interface Patience {
  /** Moved time at most, in milliseconds. */
  withinMs: number;
  /** Real time at least before it is given up, in milliseconds. */
  patienceMs: number;
  /** Moved time between two looks, in milliseconds. @defaultValue 250 */
  stepMs?: number;
}

/** Moves the clock of the servers and that of the simulator together. */
export class MovedTime {
  readonly #clock: TestClock;
  readonly #slack: SimulatorControl;

  constructor(clock: TestClock, slack: SimulatorControl) {
    this.#clock = clock;
    this.#slack = slack;
  }

  /** Moves both clocks together. */
  async pass(ms: number, stepMs = STEP_MS): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      const step = Math.min(left, stepMs);
      await this.#clock.advance(step);
      await this.#slack.advance(step);
    }
  }

  /** Moves both clocks by strides of a sleeping machine: each chain of timers goes on once per stride. For hours and days. */
  async strideThrough(ms: number, strideMs = 1_800_000): Promise<void> {
    for (let left = ms; left > 0; left -= strideMs) {
      const stride = Math.min(left, strideMs);
      await this.#clock.leap(stride);
      await this.#slack.advance(stride);
    }
  }

  /**
   * Lets time pass until the log shows a record that fits; at most `withinMs` of moved time, and then none until `patienceMs`
   * of real time are over, too.
   */
  async until(
    fits: Fits,
    { after = 0, what = 'a record that fits', withinMs = 60_000, stepMs = STEP_MS, patienceMs = PATIENCE_MS } = {},
  ): Promise<LogRecord> {
    let seen = after;
    const look = async (): Promise<LogRecord | undefined> => {
      const records = await this.#slack.log({ after: seen, waitMs: POLL_MS });
      seen = records.at(-1)?.seq ?? seen;
      return records.find(fits);
    };
    const found = await this.poll(look, { withinMs, stepMs, patienceMs });
    if (found) return found;
    throw new Error(`The log did not show ${what} within ${withinMs} ms`);
  }

  /** Lets time pass until `look`, which takes a moment of real time, finds something. Undefined when it does not in time. */
  async poll<T>(
    look: () => Promise<T | undefined>,
    { withinMs, patienceMs, stepMs = STEP_MS }: Patience,
  ): Promise<T | undefined> {
    const deadlineMs = this.#clock.now() + withinMs;
    const realDeadlineMs = performance.now() + patienceMs;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (this.#clock.now() < deadlineMs) await this.pass(stepMs, stepMs);
      else if (performance.now() < realDeadlineMs) await this.#clock.advance(0);
      else return undefined;
    }
  }

  /** Waits a moment of real time for something new in the simulator's log. */
  async moment(after: number): Promise<number> {
    const records = await this.#slack.log({ after, waitMs: POLL_MS });
    return records.at(-1)?.seq ?? after;
  }

  /** Lets time pass until `work` has settled: ten times as fast as real time, or at another `pace`. */
  async during<T>(work: Promise<T>, { pace = 10 } = {}): Promise<T> {
    const startedAtMs = this.#clock.now();
    const isSettled = settling(work);
    while (!isSettled()) {
      await Promise.race([work.catch(() => {}), realTime(TURN_MS)]);
      await this.#clock.advance(TURN_MS * pace);
    }
    await this.#slack.advance(this.#clock.now() - startedAtMs);
    return await work;
  }

  /** The same for what Slack waits for, three seconds for an answer, say: its clock goes on, too. */
  async duringAct<T>(work: Promise<T>, { pace = 5 } = {}): Promise<T> {
    const isSettled = settling(work);
    for (;;) {
      const startedAtMs = performance.now();
      await Promise.race([work.catch(() => {}), realTime(ACT_TURN_MS)]);
      if (isSettled()) return await work;
      await this.pass(Math.ceil((performance.now() - startedAtMs) * pace));
    }
  }
}

/** Real milliseconds between two looks whether an act was answered; most are within them, and no time passes then. */
const ACT_TURN_MS = 20;

function settling(work: Promise<unknown>): () => boolean {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  work.then(settle, settle);
  return () => isSettled;
}
