/**
 * Writes what became of events: many that are done in one statement, soon enough that a process which dies repeats at most
 * the last 100 ms. What a store in trouble does not take is kept and written again; meanwhile the event counts as in hand. What a
 * store refuses for good is found out and written in other words, or given up: it holds up nobody else's.
 */
import { isBotServerError } from '../errors.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Inbox } from './inbox.ts';
import type { Claim } from './shared/shared-inbox.ts';

/** Events are gathered this long, in milliseconds; with two commits it must stay below the 100 ms of promise P4. */
const GATHER_MS = 10;
/** So many are written without waiting. */
const MAX_GATHERED = 500;
/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

const NO_CLAIMS: readonly Claim[] = [];

export interface SettlementsDeps {
  inbox: Pick<Inbox, 'finish'>;
  clock: Clock;
  /** Where several nodes share the inbox: under which claim a row is in hand; undefined when it is not any more. */
  claimOf?: ((seq: number) => Claim | undefined) | undefined;
  /** These rows are written, under these claims. */
  onSettled(seqs: readonly number[], claims: readonly Claim[]): void;
  onFailure(error: unknown): void;
  /** The store takes everything but what became of this event. Told once for each; `isWritten`: in other words it was taken. */
  onRefused(refusal: { seq: number; teamId: string | undefined; isWritten: boolean; error: unknown }): void;
}

/** What became of one event, to be written. */
export interface Settlement {
  seq: number;
  claim?: Claim | undefined;
  teamId: string;
  readonly write: () => Promise<void>;
  /** The same in words that no store refuses. */
  readonly writeInstead: () => Promise<void>;
}

/** What a flush left. */
export interface Unsettled {
  /** The store did not take it now. */
  unwritten: number;
  /** Given up: the rows say that these wait, and the next start runs them again. */
  refused: readonly number[];
}

/** Writes in the background. */
export class Settlements {
  readonly #deps: SettlementsDeps;
  #done: number[] = [];
  /** Single rows, in order. */
  #owed: Settlement[] = [];
  /** Given up. */
  readonly #refused = new Set<number>();
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isClosed = false;
  /** Whether nothing may be written now: the lease may be over. */
  #isPaused = false;

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
    if (this.#isPaused) return [];
    const taken = this.#inHand(this.#done.splice(0, MAX_GATHERED));
    if (this.#done.length === 0 && this.#owed.length === 0) this.#stopTimer();
    return taken;
  }

  /** Under which claims these are written. */
  claimsOf(seqs: readonly number[]): readonly Claim[] {
    const { claimOf } = this.#deps;
    return claimOf ? seqs.map(claimOf).filter((claim) => claim !== undefined) : NO_CLAIMS;
  }

  /** What was taken is written. */
  settled(seqs: readonly number[], claims: readonly Claim[]): void {
    this.#deps.onSettled(seqs, claims);
  }

  /** What was taken could not be written: at once, where the store is well and refused something else of the same commit. */
  putBack(seqs: readonly number[], error: unknown): void {
    this.#done.unshift(...seqs);
    this.#plan(isBotServerError(error, 'value_refused') ? 0 : RETRY_MS);
  }

  /** Anything else that becomes of one event; written now, and again until it is. */
  write(settlement: Settlement): void {
    this.#owed.push(settlement);
    this.#begin();
  }

  /** Writes nothing until `resume`; what is being written goes on, and finds its claim out of date if it is. */
  pause(): void {
    this.#isPaused = true;
    this.#stopTimer();
  }

  resume(): void {
    this.#isPaused = false;
    this.#plan(0);
  }

  /** Forgets what is not written yet of these rows: they are another node's now. Answers how many. */
  drop(isGone: (seq: number) => boolean): number {
    const before = this.#done.length + this.#owed.length;
    this.#done = this.#done.filter((seq) => !isGone(seq));
    this.#owed = this.#owed.filter(({ seq }) => !isGone(seq));
    return before - this.#done.length - this.#owed.length;
  }

  /** Whether anything of these rows is still to be written. */
  hasUnwritten(isMeant: (seq: number) => boolean): boolean {
    return this.#done.some(isMeant) || this.#owed.some(({ seq }) => isMeant(seq));
  }

  /** Resolves when what was there is written, or cannot be now. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#begin();
    await this.#writing;
  }

  /** Writes what is left, and nothing after it; answers what could not be written. */
  async close(): Promise<Unsettled> {
    this.#isClosed = true;
    this.#stopTimer();
    await this.#writing;
    if (!this.#isPaused) await this.#writeAll();
    return { unwritten: this.#done.length + this.#owed.length, refused: Array.from(this.#refused) };
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #plan(waitMs: number): void {
    if (this.#timer || this.#writing || this.#isClosed || this.#isPaused) return;
    this.#timer = this.#deps.clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#writing || this.#isClosed || this.#isPaused) return;
    this.#stopTimer();
    this.#writing = this.#writeAll().then((isWritten) => {
      this.#writing = undefined;
      // What came during the write has waited long enough.
      if (this.#done.length > 0 || this.#owed.length > 0) this.#plan(isWritten ? 0 : RETRY_MS);
    });
  }

  /** Whether everything that was there could be written. */
  async #writeAll(): Promise<boolean> {
    const pages = [this.#done.splice(0)];
    const owed = this.#owed.splice(0);
    try {
      while (pages[0]) {
        await this.#finish(pages);
      }
      while (owed[0]) {
        await this.#writeOne(owed[0]);
        owed.shift();
      }
      return true;
    } catch (error) {
      this.#done.unshift(...pages.flat());
      this.#owed.unshift(...owed);
      this.#deps.onFailure(error);
      return false;
    }
  }

  /** The first page; one that is refused becomes two halves, until the row that is meant stands alone. */
  async #finish(pages: number[][]): Promise<void> {
    const page = this.#inHand(pages[0] ?? []);
    try {
      const claims = this.claimsOf(page);
      if (page.length > 0) await this.#deps.inbox.finish(page, claims);
      this.#deps.onSettled(page, claims);
      pages.shift();
    } catch (error) {
      if (!isBotServerError(error, 'value_refused')) throw error;
      pages.shift();
      const middle = Math.ceil(page.length / 2);
      if (page.length > 1) pages.unshift(page.slice(0, middle), page.slice(middle));
      else this.#giveUp(page[0] as number, { teamId: undefined, error });
    }
  }

  /** Of some the shard may have been lost since they were to be written. */
  #inHand(seqs: number[]): number[] {
    const { claimOf } = this.#deps;
    return claimOf ? seqs.filter((seq) => claimOf(seq) !== undefined) : seqs;
  }

  async #writeOne({ seq, claim, teamId, write, writeInstead }: Settlement): Promise<void> {
    const refusal = await refusalOf(write);
    if (refusal !== undefined) {
      const error = await refusalOf(writeInstead);
      if (error !== undefined) return this.#giveUp(seq, { teamId, error });
      this.#deps.onRefused({ seq, teamId, isWritten: true, error: refusal });
    }
    this.#deps.onSettled([seq], claim ? [claim] : NO_CLAIMS);
  }

  /** Not settled: it stays in hand, or a look into the table would run it once more. */
  #giveUp(seq: number, { teamId, error }: { teamId: string | undefined; error: unknown }): void {
    this.#refused.add(seq);
    this.#deps.onRefused({ seq, teamId, isWritten: false, error });
  }
}

/** Why the store refuses this for good; undefined when it took it. Rejects when the store is in trouble. */
async function refusalOf(write: () => Promise<void>): Promise<unknown> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (!isBotServerError(error, 'value_refused')) throw error;
    return error;
  }
}
