/** What becomes of events, remembered for operators: all of it in the memory of this process, what went wrong in rows as well. */
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { Answerer } from './answerer.ts';
import type { Fact, FactKind } from './fact.ts';
import { FactWriter } from './fact-writer.ts';
import { Memory, type MemoryDeps } from './memory.ts';
import type { MemoryAnswer, MemoryQuestion } from './question.ts';

export interface HistoryDeps extends MemoryDeps {
  store: Store;
  clock: Clock;
  log: { warn(facts: object, message: string): void };
}

/** What is handled well is in memory only, unless it had failed before: a row for each would cost as much as the event. */
const IN_ROWS: ReadonlySet<FactKind> = new Set<FactKind>([
  'failed',
  'repeated',
  'dropped',
  'refused',
  'lost',
  'unavailable',
  'challenged',
  'rate_limited',
  'deaf',
  'gap',
  'started',
  'stopped',
]);

/** Requests without a signature get a row a minute at most: strangers must not push out what is Slack's. */
const TURNED_AWAY_ROW_MS = 60_000;

/** One per process. */
export class History {
  readonly #memory: Memory;
  readonly #writer: FactWriter;
  readonly #answerer: Answerer;
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #turnedAwaySinceRow = 0;
  #turnedAwayRowMs = Number.NEGATIVE_INFINITY;

  constructor(deps: HistoryDeps) {
    this.#clock = deps.clock;
    this.#memory = new Memory(deps);
    this.#writer = new FactWriter(deps);
    this.#answerer = new Answerer({ ...deps, memory: this.#memory });
  }

  /** From now on other processes get answers. */
  start(): void {
    this.#addOwn('started');
    this.#answerer.start();
  }

  /** Never rejects. */
  async stop(): Promise<void> {
    this.#addOwn('stopped');
    await this.#answerer.stop();
    await this.#writer.stop();
  }

  /** On every event: must cost next to nothing, and does not throw. */
  add(fact: Fact): void {
    this.#memory.add(fact);
    if (fact.kind === 'turned_away') this.#noteTurnedAway(fact);
    else if (IN_ROWS.has(fact.kind) || (fact.details.attempt ?? 1) > 1) this.#writer.add(fact);
  }

  /** What this process remembers. */
  answer(question: MemoryQuestion): MemoryAnswer {
    return this.#memory.answer(question);
  }

  #addOwn(kind: 'started' | 'stopped'): void {
    const nothing = { eventId: null, teamId: null, type: null, channel: null, ts: null };
    this.add({ kind, atMs: this.#clock.now(), ...nothing, details: {} });
  }

  #noteTurnedAway(fact: Fact): void {
    this.#turnedAwaySinceRow += fact.details.count ?? 1;
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#turnedAwayRowMs < TURNED_AWAY_ROW_MS) return;
    this.#writer.add({ ...fact, details: { ...fact.details, count: this.#turnedAwaySinceRow } });
    this.#turnedAwaySinceRow = 0;
    this.#turnedAwayRowMs = nowMs;
  }
}
