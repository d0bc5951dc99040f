/** Watches what the bot asks of Slack, in the simulator's log: answers to the teams that wait for one, and how often it calls what. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord, SimulatorControl } from 'slack-simulator';

const POLL_MS = 20;
const PAGE = 20_000;

export class Answers implements AsyncDisposable {
  /** Calls since `count` was last asked, by method. */
  #calls = new Map<string, number>();
  readonly #control: SimulatorControl;
  readonly #waiting = new Map<string, (atMs: number) => void>();
  readonly #over = new AbortController();
  readonly #polling: Promise<void>;
  #after = 0;

  private constructor(control: SimulatorControl, after: number) {
    this.#control = control;
    this.#after = after;
    this.#polling = this.#poll();
  }

  static async watch(control: SimulatorControl): Promise<Answers> {
    return new Answers(control, await control.lastSeq());
  }

  /** When the bot's next message to a team reached Slack; undefined when none does in time. One at a time for each team. */
  async next(team: string, { limitMs, signal }: { limitMs: number; signal: AbortSignal }): Promise<number | undefined> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#waiting.set(team, resolve);
    const timer = new AbortController();
    const late = sleep(limitMs, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).catch(() => undefined);
    const atMs = await Promise.race([promise, late]);
    timer.abort();
    this.#waiting.delete(team);
    return atMs;
  }

  /** What was called since the last time. */
  count(): Map<string, number> {
    const calls = this.#calls;
    this.#calls = new Map();
    return calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    while (!this.#over.signal.aborted) {
      // Read again from the same record when the simulator cannot be reached in time.
      const records = await this.#control.log({ kind: 'request', after: this.#after, limit: PAGE }).catch(() => []);
      for (const record of records) this.#take(record);
      this.#after = records.at(-1)?.seq ?? this.#after;
      await sleep(POLL_MS, undefined, { signal: this.#over.signal }).catch(() => {});
    }
  }

  #take({ method = '', team = '', ok, atMs }: LogRecord): void {
    this.#calls.set(method, (this.#calls.get(method) ?? 0) + 1);
    if (method === 'chat.postMessage' && ok === true) this.#waiting.get(team)?.(atMs);
  }
}
