/**
 * Tells the stream of rows of the audit, whoever wrote them: this server, another one, or a command beside it. It polls, because nothing tells
 * of these rows; a row is told when it is first seen, and again when its outcome is another one.
 */
import { type AuditEntry, auditsSince, newestAudit } from '../../operations/audit/audit-repository.ts';
import { auditRowOf } from '../../operations/audit/audit-row.ts';
import type { Reads } from '../../store/store.ts';
import type { Clock, Timer } from '../../time/clock.ts';
import type { StreamHub } from './stream-hub.ts';

const POLL_MS = 1_000;

/** Numbers are drawn before rows are committed: one that comes so many numbers late is still seen. */
const LATE = 100;

/** Rows of one poll; more come with the next. */
const PAGE = 500;

/** Rows that are followed to their end at most: those of processes that died never end. */
const MOST_OPEN = 100;

export interface AuditFeedDeps {
  hub: Pick<StreamHub, 'publish'>;
  reads: Reads;
  clock: Clock;
}

/** One per process with a stream. */
export class AuditFeed {
  readonly #deps: AuditFeedDeps;
  /** By number, what was told last; only the newest, and those that have not ended. */
  readonly #told = new Map<number, AuditEntry['outcome']>();
  /** Undefined until the newest row of before the start is known: those are not told. */
  #seq: number | undefined;
  #first = 0;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(deps: AuditFeedDeps) {
    this.#deps = deps;
  }

  start(): void {
    void this.#poll().finally(() => {
      if (!this.#isStopped) this.#timer = this.#deps.clock.after(POLL_MS, () => this.start());
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #poll(): Promise<void> {
    try {
      if (this.#seq === undefined) {
        this.#seq = await newestAudit(this.#deps.reads);
        this.#first = this.#seq;
      }
      const afterSeq = Math.max(this.#first, this.#seq - LATE);
      const open = [...this.#told].flatMap(([seq, outcome]) => (outcome === 'begun' && seq <= afterSeq ? [seq] : []));
      const rows = await auditsSince(this.#deps.reads, { afterSeq, open: open.slice(-MOST_OPEN), limit: PAGE });
      for (const row of rows) this.#tell(row);
      this.#forget();
    } catch {
      // The store is away, which others tell of: the next poll goes on where this one began.
    }
  }

  #tell(row: AuditEntry): void {
    const { seq, outcome } = row;
    this.#seq = Math.max(this.#seq ?? 0, seq);
    if (this.#told.get(seq) === outcome) return;
    this.#told.set(seq, outcome);
    this.#deps.hub.publish('audit', () => auditRowOf(row));
  }

  #forget(): void {
    const floor = (this.#seq ?? 0) - LATE;
    const open = [...this.#told].flatMap(([seq, outcome]) => (outcome === 'begun' && seq <= floor ? [seq] : []));
    const kept = new Set(open.slice(-MOST_OPEN));
    for (const seq of this.#told.keys()) if (seq <= floor && !kept.has(seq)) this.#told.delete(seq);
  }
}
