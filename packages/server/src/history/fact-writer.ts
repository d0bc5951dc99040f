/**
 * Writes facts into rows, once a second and only so many: a storm must not become a second one in the database. What is too much is
 * counted in a row of its own, so that nobody takes what is missing for what never was.
 */
import type { Statements } from '../store/store.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Fact } from './fact.ts';
import { insertFacts, pruneFacts } from './fact-repository.ts';

/** Between two writes, in milliseconds. */
const FLUSH_MS = 1_000;
/** Facts of one write. A row takes about 50 µs of the writer of SQLite. */
const MOST_PER_FLUSH = 100;
/** After so many rows the bound of the table is looked after: an hour of the most is more than it may hold. */
const PRUNE_EVERY = 20_000;

export interface FactWriterDeps {
  store: Pick<Statements, 'run' | 'all' | 'get'>;
  readonly nodeId: () => string;
  clock: Pick<Clock, 'after' | 'now'>;
  log: { warn(facts: object, message: string): void };
}

/** One per process. */
export class FactWriter {
  readonly #deps: FactWriterDeps;
  #waiting: Fact[] = [];
  #leftOut = 0;
  #written = 0;
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isStopped = false;

  constructor(deps: FactWriterDeps) {
    this.#deps = deps;
  }

  add(fact: Fact): void {
    if (this.#isStopped) return;
    if (this.#waiting.length >= MOST_PER_FLUSH) this.#leftOut++;
    else this.#waiting.push(fact);
    this.#arm();
  }

  /** Writes what waits. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#writing;
    await this.#write();
  }

  #arm(): void {
    this.#timer ??= this.#deps.clock.after(FLUSH_MS, () => {
      this.#timer = undefined;
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
        if (this.#waiting.length > 0 && !this.#isStopped) this.#arm();
      });
    });
  }

  async #write(): Promise<void> {
    const { store, nodeId, clock, log } = this.#deps;
    const facts = this.#waiting;
    const leftOut = this.#leftOut;
    if (facts.length === 0) return;
    this.#waiting = [];
    this.#leftOut = 0;
    try {
      await insertFacts(store, nodeId(), leftOut === 0 ? facts : [...facts, leftOutFact(clock.now(), leftOut)]);
      this.#isFailing = false;
      this.#written += facts.length;
      if (this.#written >= PRUNE_EVERY) {
        this.#written = 0;
        await pruneFacts(store, 0);
      }
    } catch (err) {
      this.#putBack(facts, leftOut);
      if (!this.#isFailing) log.warn({ err }, 'what happened to events is not written');
      this.#isFailing = true;
    }
  }

  /** As much as there is room for: the store's own troubles are told by whoever needs it. */
  #putBack(facts: readonly Fact[], leftOut: number): void {
    const all = [...facts, ...this.#waiting];
    this.#waiting = all.slice(0, MOST_PER_FLUSH);
    this.#leftOut += leftOut + all.length - this.#waiting.length;
  }
}

function leftOutFact(atMs: number, count: number): Fact {
  const nowhere = { eventId: null, teamId: null, type: null, channel: null, ts: null };
  return { kind: 'left_out', atMs, ...nowhere, details: { count } };
}
