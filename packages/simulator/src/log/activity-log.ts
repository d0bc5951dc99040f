/** The last things that happened, in a ring of fixed size, with a way to wait for the next one. */
import type { Clock } from '../clock/clock.ts';
import type { LogKind, LogRecord } from './log-record.ts';

/** How many records are kept unless options say otherwise. */
export const LOG_CAPACITY = 10_000;

/** The longest text kept of a frame. */
const TEXT_LENGTH = 512;

/** Which records are asked for. */
export interface LogQuery {
  /** Only records with a greater `seq`. @defaultValue 0 */
  after?: number | undefined;
  team?: string | undefined;
  app?: string | undefined;
  method?: string | undefined;
  kind?: LogKind | undefined;
  tokenId?: string | undefined;
  socket?: string | undefined;
  /** The oldest so many of them. @defaultValue 1000 */
  limit?: number | undefined;
}

/** A ring of records. Adding is cheap: it happens for every frame. */
export class ActivityLog {
  readonly capacity: number;
  readonly #clock: Clock;
  #ring: LogRecord[] = [];
  #lastSeq = 0;
  readonly #waiters = new Set<() => void>();

  constructor(clock: Clock, capacity: number = LOG_CAPACITY) {
    this.#clock = clock;
    this.capacity = capacity;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get size(): number {
    return this.#ring.length;
  }

  add(facts: Omit<LogRecord, 'seq' | 'atMs'> & { atMs?: number | undefined }): LogRecord {
    const seq = ++this.#lastSeq;
    const record: LogRecord = { ...facts, seq, atMs: facts.atMs ?? this.#clock.now() };
    if (record.text !== undefined && record.text.length > TEXT_LENGTH) record.text = shortened(record.text);
    this.#ring[(seq - 1) % this.capacity] = record;
    if (this.#waiters.size > 0) this.#wake();
    return record;
  }

  /** The matching records, oldest first. */
  query(query: LogQuery = {}): LogRecord[] {
    const { after = 0, limit = 1000 } = query;
    const found: LogRecord[] = [];
    const oldest = Math.max(after, this.#lastSeq - this.#ring.length) + 1;
    for (let seq = oldest; seq <= this.#lastSeq && found.length < limit; seq++) {
      const record = this.#ring[(seq - 1) % this.capacity];
      if (record && record.seq === seq && matches(record, query)) found.push(record);
    }
    return found;
  }

  /** The newest so many records, oldest first. */
  latest(count: number): LogRecord[] {
    return this.query({ after: Math.max(0, this.#lastSeq - count), limit: count });
  }

  /** Resolves when something is added, or when the signal ends the wait. */
  nextRecord(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiters.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      if (signal.aborted) resolve();
      else {
        this.#waiters.add(done);
        signal.addEventListener('abort', done, { once: true });
      }
    });
  }

  /** Forgets the records; numbers go on rising. */
  clear(): void {
    // The ring is indexed by seq, so it is emptied in place of being started anew.
    this.#ring = this.#ring.map(() => EMPTY);
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }
}

const EMPTY: LogRecord = { seq: 0, atMs: 0, kind: 'request' };

function matches(record: LogRecord, query: LogQuery): boolean {
  if (query.kind !== undefined && record.kind !== query.kind) return false;
  if (query.team !== undefined && record.team !== query.team) return false;
  if (query.app !== undefined && record.app !== query.app) return false;
  if (query.method !== undefined && record.method !== query.method) return false;
  if (query.socket !== undefined && record.socket !== query.socket) return false;
  return query.tokenId === undefined || record.tokenId === query.tokenId;
}

/** Copies, because a slice would keep the whole frame alive in V8. */
function shortened(text: string): string {
  return Buffer.from(text.slice(0, TEXT_LENGTH)).toString();
}
