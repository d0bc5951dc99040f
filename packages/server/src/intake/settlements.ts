/**
 * Writes what became of events: many that are done in one statement, soon enough that a process which dies repeats at most
 * the last 100 ms. What the store refuses is kept and written again; meanwhile the event counts as in hand.
 */
import type { Clock, Timer } from '../time/clock.ts';
import type { Inbox } from './inbox.ts';

/** Events are gathered this long, in milliseconds; with two commits it must stay below the 100 ms of promise P4. */
const GATHER_MS = 10;
/** So many are written without waiting. */
const MAX_GATHERED = 500;
/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

export interface SettlementsDeps {
  inbox: Pick<Inbox, 'finish'>;
  clock: Clock;
  /** These rows are written. */
  onSettled(seqs: readonly number[]): void;
  onFailure(error: unknown): void;
}

/** Writes in the background. */
export class Settlements {
  readonly #deps: SettlementsDeps;
  #done: number[] = [];
  /** Writes of single rows that failed, in order. */
  #owed: { seq: number; write: () => Promise<void> }[] = [];
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;

  constructor(deps: SettlementsDeps) {
    this.#deps = deps;
  }

  /** The event is handled. */
  done(seq: number): void {
    this.#done.push(seq);
    if (this.#done.length >= MAX_GATHERED) this.#begin();
    else this.#plan(GATHER_MS);
  }

  /** What is handled and not written yet, for somebody who commits anyway and tells what became of it. */
  take(): number[] {
    const taken = this.#done.splice(0, MAX_GATHERED);
    if (this.#done.length === 0 && this.#owed.length === 0) this.#stopTimer();
    return taken;
  }

  /** What was taken is written. */
  settled(seqs: readonly number[]): void {
    this.#deps.onSettled(seqs);
  }

  /** What was taken could not be written. */
  putBack(seqs: readonly number[]): void {
    this.#done.unshift(...seqs);
    this.#plan(RETRY_MS);
  }

  /** Anything else that becomes of one event; written now, and again until it is. */
  write(seq: number, write: () => Promise<void>): void {
    this.#owed.push({ seq, write });
    this.#begin();
  }

  /** Writes what is left; answers how many rows could not be written. */
  async flush(): Promise<number> {
    this.#stopTimer();
    await this.#writing;
    await this.#writeAll();
    this.#stopTimer();
    return this.#done.length + this.#owed.length;
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #plan(waitMs: number): void {
    if (this.#timer || this.#writing) return;
    this.#timer = this.#deps.clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#writing) return;
    this.#stopTimer();
    this.#writing = this.#writeAll().then((isWritten) => {
      this.#writing = undefined;
      // What came during the write has waited long enough.
      if (this.#done.length > 0 || this.#owed.length > 0) this.#plan(isWritten ? 0 : RETRY_MS);
    });
  }

  /** Whether everything that was there could be written. */
  async #writeAll(): Promise<boolean> {
    const seqs = this.#done.splice(0);
    const owed = this.#owed.splice(0);
    try {
      if (seqs.length > 0) await this.#deps.inbox.finish(seqs);
      this.#deps.onSettled(seqs);
      seqs.length = 0;
      while (owed[0]) {
        await owed[0].write();
        this.#deps.onSettled([owed[0].seq]);
        owed.shift();
      }
      return true;
    } catch (error) {
      this.#done.unshift(...seqs);
      this.#owed.unshift(...owed);
      this.#deps.onFailure(error);
      return false;
    }
  }
}
