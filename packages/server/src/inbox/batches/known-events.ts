/**
 * What memory knows of the tables, so that a commit need not ask: the ids of stored events and of those that are being stored,
 * and the next number. After a start, and after a commit of which nobody knows what became, it knows nothing above a number,
 * and has to learn that from the tables before the next commit.
 */
import type { Store } from '../../store/store.ts';
import type { Envelope } from '../envelope.ts';
import { idsOfRows } from '../inbox-repository.ts';
import { batchesFrom, lastSeqOf, storedIds } from './batch-repository.ts';
import { RememberedIds } from './remembered-ids.ts';

/** Where the events of a commit stand: the first has that number, the others those behind it. */
export interface Numbered {
  firstSeq: number;
  receivedAtMs: number;
}

/** One per inbox. */
export class KnownEvents {
  readonly #ids = new RememberedIds();
  /** Ids in commits that are under way. */
  readonly #pending = new Set<string>();
  #nextSeq = 1;
  /** From this number on the tables may hold what memory does not know. */
  #unknownFrom = 0;

  get isComplete(): boolean {
    return this.#unknownFrom === Number.POSITIVE_INFINITY;
  }

  get unknownFrom(): number {
    return this.#unknownFrom;
  }

  /** Nobody knows what became of a commit or a move: from this number on the tables say it. */
  doubt(fromSeq: number): void {
    this.#unknownFrom = Math.min(this.#unknownFrom, fromSeq);
  }

  /** Whether the event is being stored. */
  isPending(id: string): boolean {
    return this.#pending.has(id);
  }

  /** Whether the event may be stored. */
  mayKnow(id: string): boolean {
    return this.#ids.find(id).length > 0;
  }

  /** Those that are not stored: memory has only hashes of the ids, so the tables are asked about each that may be. */
  async notIn(store: Store, envelopes: readonly Envelope[]): Promise<Envelope[]> {
    const candidates = envelopes.flatMap(({ id }) => this.#ids.find(id).map((seq) => ({ id, seq })));
    if (candidates.length === 0) return Array.from(envelopes);
    const stored = await storedIds(store, candidates);
    return envelopes.filter(({ id }) => !stored.has(id));
  }

  /** Takes the first event of each id into a commit, and numbers for all of them. */
  begin(envelopes: readonly Envelope[]): { fresh: readonly Envelope[]; firstSeq: number } {
    const fresh = envelopes.filter(({ id }) => {
      if (this.#pending.has(id)) return false;
      this.#pending.add(id);
      return true;
    });
    const firstSeq = this.#nextSeq;
    this.#nextSeq += fresh.length;
    return { fresh, firstSeq };
  }

  /** They are committed; gives their numbers by id. */
  committed(envelopes: readonly Envelope[], { firstSeq, receivedAtMs }: Numbered): Map<string, number> {
    const seqs = new Map<string, number>();
    envelopes.forEach(({ id }, place) => {
      seqs.set(id, firstSeq + place);
      this.#ids.add(id, firstSeq + place, receivedAtMs);
    });
    return seqs;
  }

  /** The commit has ended, well or not. */
  end(fresh: readonly Envelope[]): void {
    for (const { id } of fresh) this.#pending.delete(id);
  }

  /** Reads the ids and the last number that memory does not know. No commit may be under way. */
  async learn(store: Store): Promise<void> {
    for await (const rows of idsOfRows(store, this.#unknownFrom)) {
      for (const { id, seq, atMs } of rows) this.#ids.add(id, seq, atMs);
    }
    for await (const batches of batchesFrom(store, this.#unknownFrom)) {
      for (const { firstSeq, receivedAtMs, entries } of batches) {
        for (const [place, entry] of entries.entries()) {
          if (typeof entry === 'object') this.#ids.add(entry[0], firstSeq + place, receivedAtMs);
        }
      }
    }
    this.#nextSeq = Math.max(this.#nextSeq, (await lastSeqOf(store)) + 1);
    this.#unknownFrom = Number.POSITIVE_INFINITY;
  }

  /** Forgets ids of events that were received before. */
  forgetBefore(ms: number, nowMs: number): void {
    this.#ids.forgetBefore(ms, nowMs);
  }
}
