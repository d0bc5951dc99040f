/**
 * The inbox on SQLite, where one process owns the store: the events of a commit go into one row (batch-repository.ts), which is
 * forgotten but for the ids when all are done. What waits, fails or takes long gets a row of its own (inbox-repository.ts).
 *
 *   insert ──▶ batch ──finish──▶ ids only            known ids: in memory, known-events.ts
 *     │          └──tidy, fail, retry, release──▶ row ──▶ as on PostgreSQL
 *     └─ waits, lifecycle event ──────────────────▶ row
 *
 * Commits of new and finished events overlap; everything else takes a turn of its own: commit-turns.ts.
 */
import type { Statement, Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { type Envelope, sizeOf } from '../envelope.ts';
import type { EventFailure, Inbox, InboxEntry, InboxFilter, InsertOptions } from '../inbox.ts';
import { createRowInbox } from '../inbox-repository.ts';
import { insertNumbered } from '../insert-repository.ts';
import { isLifecycleEvent } from '../lifecycle-events.ts';
import type { PageLimits, StoredEvent, Takeover } from '../stored-event.ts';
import { findInBatches, listBatches } from './batch-list-repository.ts';
import { pruneBatches } from './batch-purge-repository.ts';
import { insertBatch, moveBatches, unfinishedSeqs } from './batch-repository.ts';
import { CommitTurns } from './commit-turns.ts';
import { KnownEvents, type Numbered } from './known-events.ts';
import { type LiveBatch, LiveBatches } from './live-batches.ts';

/** An event that is not done after so long, in milliseconds, gets a row of its own. */
const MOVE_AFTER_MS = 10_000;

/** Few enough to take a fraction of the ten seconds that a transaction may last, bodies and all. */
const BATCHES_PER_TRANSACTION = 32;

export interface BatchInboxDeps {
  store: Store;
  clock: Pick<Clock, 'now'>;
}

const encoder = new TextEncoder();

/** One per store. */
export class BatchInbox implements Inbox {
  readonly answersInOrder = true;
  readonly shared = undefined;
  readonly #store: Store;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #rows: Inbox;
  readonly #known = new KnownEvents();
  readonly #live = new LiveBatches();
  readonly #turns = new CommitTurns();

  constructor({ store, clock }: BatchInboxDeps) {
    this.#store = store;
    this.#clock = clock;
    this.#rows = createRowInbox({ store, clock });
  }

  insert(envelopes: readonly Envelope[], options: InsertOptions = {}): Promise<Map<string, number>> {
    if (!this.#isFree || envelopes.some(({ id }) => this.#known.isPending(id))) {
      return this.#inTurn(async () => await this.#commit(await this.#known.notIn(this.#store, envelopes), options));
    }
    const repeats = envelopes.filter(({ id }) => this.#known.mayKnow(id));
    if (repeats.length === 0) return this.#turns.overlap(this.#commit(envelopes, options));
    const fresh = envelopes.filter((envelope) => !repeats.includes(envelope));
    return this.#insertBeside(repeats, { fresh, options });
  }

  /**
   * Commits what is new while the tables are asked whether the rest are repeats, in no turn of its own: when an outage ends, half
   * of what comes is known. One that is none (its hash is another's) or moved meanwhile is looked at again in a turn.
   */
  async #insertBeside(
    repeats: readonly Envelope[],
    { fresh, options }: { fresh: readonly Envelope[]; options: InsertOptions },
  ): Promise<Map<string, number>> {
    const { finish = [] } = options;
    const isIdle = fresh.length === 0 && finish.length === 0;
    const committing = isIdle ? Promise.resolve(new Map()) : this.#turns.overlap(this.#commit(fresh, options));
    const [committed, asked] = await Promise.allSettled([committing, this.#known.notIn(this.#store, repeats)]);
    if (committed.status === 'rejected') throw committed.reason;
    if (asked.status === 'rejected') throw asked.reason;
    if (asked.value.length === 0) return committed.value;
    const late = await this.#inTurn(async () => {
      const unknown = await this.#known.notIn(this.#store, asked.value);
      return await this.#commit(unknown, { ...options, finish: [] });
    });
    return new Map([...committed.value, ...late]);
  }

  async finish(seqs: readonly number[]): Promise<void> {
    if (this.#isFree) await this.#turns.overlap(this.#commit([], { finish: seqs }));
    else await this.#inTurn(() => this.#commit([], { finish: seqs }));
  }

  async tidy(): Promise<void> {
    const nowMs = this.#clock.now();
    // One of the future came before the clock was set back: nobody knows how long ago.
    const isOld = ({ receivedAtMs }: LiveBatch) => receivedAtMs <= nowMs - MOVE_AFTER_MS || receivedAtMs > nowMs;
    const { oldest } = this.#live;
    if (!oldest || !isOld(oldest)) return;
    await this.#inTurn(() => this.#moveAll(isOld));
  }

  takeOver(owner: string): Promise<Takeover> {
    return this.#inTurn(async () => {
      await this.#moveAll(() => true);
      return await this.#rows.takeOver(owner);
    });
  }

  release(owner: string, begun: readonly number[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#moveAll(() => true);
      await this.#rows.release(owner, begun);
    });
  }

  async teamsWithReady(): Promise<string[]> {
    await this.#untilKnown();
    const teams = new Set(await this.#rows.teamsWithReady());
    for (const { envelope } of this.#live.unfinished()) teams.add(envelope.teamId);
    return Array.from(teams);
  }

  async ready(teamId: string, options: PageLimits): Promise<StoredEvent[]> {
    await this.#untilKnown();
    const rows = await this.#rows.ready(teamId, options);
    // A move that failed meanwhile took its events out of memory; rows of them may be newer than this look.
    if (!this.#known.isComplete) return await this.ready(teamId, options);
    // Only now: one that moved meanwhile is among the rows, or still in its batch.
    const inBatches = Array.from(this.#live.unfinished()).filter(
      ({ seq, envelope }) => envelope.teamId === teamId && seq > options.afterSeq,
    );
    if (inBatches.length === 0) return rows;
    return firstOf(
      [...rows, ...inBatches].sort((a, b) => a.seq - b.seq),
      options,
    );
  }

  due(options: PageLimits & { nowMs: number }): Promise<StoredEvent[]> {
    return this.#rows.due(options);
  }

  fail(seq: number, failure: EventFailure): Promise<void> {
    return this.#inRow(seq, () => this.#rows.fail(seq, failure));
  }

  retry(seq: number, options: { runAtMs: number; failure: EventFailure }): Promise<void> {
    return this.#inRow(seq, () => this.#rows.retry(seq, options));
  }

  endReplay(seq: number): Promise<void> {
    return this.#rows.endReplay(seq);
  }

  setIsolated(seq: number, atMs: number | null): Promise<void> {
    return this.#inRow(seq, () => this.#rows.setIsolated(seq, atMs));
  }

  dropTeam(teamId: string, { beforeMs }: { beforeMs?: number } = {}): Promise<number> {
    return this.#inTurn(async () => {
      const isMeant = ({ envelope, receivedAtMs }: StoredEvent) =>
        envelope.teamId === teamId && (beforeMs === undefined || receivedAtMs < beforeMs);
      const seqs = Array.from(this.#live.unfinished())
        .filter(isMeant)
        .map(({ seq }) => seq);
      await this.#commit([], { finish: seqs });
      return seqs.length + (await this.#rows.dropTeam(teamId, beforeMs === undefined ? {} : { beforeMs }));
    });
  }

  /** Those have rows of their own. */
  lifecycleSince(ms: number): ReturnType<Inbox['lifecycleSince']> {
    return this.#rows.lifecycleSince(ms);
  }

  async list(filter: InboxFilter): Promise<InboxEntry[]> {
    // In this order: the server of another process may move one to its row meanwhile, never back.
    const inBatches = await listBatches(this.#store, filter);
    const rows = await this.#rows.list(filter);
    const hasRow = new Set(rows.map(({ seq }) => seq));
    const entries = [...rows, ...inBatches.filter(({ seq }) => !hasRow.has(seq))];
    return entries.sort((a, b) => b.seq - a.seq).slice(0, filter.limit);
  }

  async find(eventId: string): Promise<(InboxEntry & { payload: string | null }) | undefined> {
    const found = (await this.#rows.find(eventId)) ?? (await findInBatches(this.#store, eventId));
    // It may have moved between the two looks.
    return found ?? (await this.#rows.find(eventId));
  }

  replay(filter: Parameters<Inbox['replay']>[0]): Promise<number> {
    return this.#rows.replay(filter);
  }

  discard(filter: Parameters<Inbox['discard']>[0]): Promise<number> {
    return this.#rows.discard(filter);
  }

  async prune(limits: { doneBeforeMs: number; failedBeforeMs: number }): Promise<number> {
    const pruned =
      (await pruneBatches(this.#store, { doneBeforeMs: limits.doneBeforeMs, nowMs: this.#clock.now() })) +
      (await this.#rows.prune(limits));
    this.#known.forgetBefore(limits.doneBeforeMs, this.#clock.now());
    return pruned;
  }

  get #isFree(): boolean {
    return this.#known.isComplete && this.#turns.isFree;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.alone(async () => {
      if (!this.#known.isComplete) await this.#learn();
      return await work();
    });
  }

  async #untilKnown(): Promise<void> {
    if (!this.#known.isComplete) await this.#inTurn(() => Promise.resolve());
  }

  async #inRow(seq: number, work: () => Promise<void>): Promise<void> {
    if (this.#isFree && !this.#live.batchOf(seq)) return await work();
    await this.#inTurn(async () => {
      const batch = this.#live.batchOf(seq);
      // All that is left of the batch: where one fails, others often do, and each move reads all bodies.
      if (batch) await this.#move([batch]);
      await work();
    });
  }

  async #commit(envelopes: readonly Envelope[], { finish = [], waits }: InsertOptions): Promise<Map<string, number>> {
    const { fresh, firstSeq } = this.#known.begin(envelopes);
    const numbered = { firstSeq, receivedAtMs: this.#clock.now() };
    const finishing = this.#live.finish(finish);
    try {
      const { batched, kept } = splitUp(fresh, waits);
      await this.#write({ batched, kept, ...numbered }, finishing.statements);
      if (batched.length > 0) this.#live.add(batched, numbered);
      return this.#known.committed([...batched, ...kept], numbered);
    } catch (error) {
      finishing.undo();
      // They may be in the tables all the same.
      this.#known.doubt(firstSeq);
      throw error;
    } finally {
      this.#known.end(fresh);
    }
  }

  async #write(
    { batched, kept, firstSeq, receivedAtMs }: Numbered & { batched: readonly Envelope[]; kept: readonly Envelope[] },
    others: readonly Statement[],
  ): Promise<void> {
    const numbered = kept.map((envelope, place) => ({
      ...envelope,
      seq: firstSeq + batched.length + place,
      bytes: envelope.bytes ?? encoder.encode(JSON.stringify(envelope.body)),
    }));
    const statements = [
      ...(batched.length > 0 ? insertBatch(batched, { firstSeq, receivedAtMs }) : []),
      ...insertNumbered(numbered, receivedAtMs),
      ...others,
    ];
    if (statements.length > 0) await this.#store.together(statements);
  }

  async #moveAll(isMeant: (batch: LiveBatch) => boolean): Promise<void> {
    await this.#move(this.#live.values().filter(isMeant));
  }

  /**
   * Gives what is left of the batches rows of its own. In a turn, and on SQLite, which has one writer: what the transaction reads
   * nobody changes before it ends, so that it is about nothing.
   */
  async #move(batches: readonly LiveBatch[]): Promise<void> {
    for (let from = 0; from < batches.length; from += BATCHES_PER_TRANSACTION) {
      const page = batches.slice(from, from + BATCHES_PER_TRANSACTION);
      try {
        await this.#store.transaction({ about: [] }, (tx) => moveBatches(tx, page));
      } catch (error) {
        this.#forget(page);
        throw error;
      }
      for (const batch of page) this.#live.moved(batch);
    }
  }

  /** Which of their events have rows is unknown: the tables say it, and what is in batches there gets rows. */
  #forget(batches: readonly LiveBatch[]): void {
    for (const batch of batches) {
      this.#known.doubt(batch.firstSeq);
      this.#live.forget(batch);
    }
  }

  /** Unfinished batches that memory does not know get rows: their process died, or their commit seemed to fail. */
  async #learn(): Promise<void> {
    const unfinished = await unfinishedSeqs(this.#store, this.#known.unknownFrom);
    const unknown = unfinished.filter((firstSeq) => !this.#live.has(firstSeq)).map((firstSeq) => ({ firstSeq }));
    for (let at = 0; at < unknown.length; at += BATCHES_PER_TRANSACTION) {
      await this.#store.transaction({ about: [] }, (tx) =>
        moveBatches(tx, unknown.slice(at, at + BATCHES_PER_TRANSACTION)),
      );
    }
    await this.#known.learn(this.#store);
  }
}

/** Rows may be missing behind the end of their own page, but not before it: that is longer than this one. */
function firstOf(
  events: readonly StoredEvent[],
  { limit, maxBytes = Number.MAX_SAFE_INTEGER }: PageLimits,
): StoredEvent[] {
  let bytes = 0;
  return events.slice(0, limit).filter(({ envelope }) => {
    const isBefore = bytes < maxBytes;
    bytes += sizeOf(envelope);
    return isBefore;
  });
}

/** What gets rows of its own, and behind it all of the same team: so its numbers are in the order of arrival. */
function splitUp(
  envelopes: readonly Envelope[],
  waits: InsertOptions['waits'],
): { batched: readonly Envelope[]; kept: readonly Envelope[] } {
  const batched: Envelope[] = [];
  const kept: Envelope[] = [];
  const teams = new Set<string>();
  for (const envelope of envelopes) {
    const { teamId, type } = envelope;
    if (isLifecycleEvent(type) || waits?.(envelope) === true) teams.add(teamId);
    (teams.has(teamId) ? kept : batched).push(envelope);
  }
  return { batched, kept };
}
