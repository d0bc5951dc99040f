/**
 * Group commit: events that arrive while a flush runs go into the next, so that a busy server commits hundreds at once
 * and an idle one each at once. A flush that fails is halved until the row that the store refuses stands alone.
 */
import { BotServerError, isBotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import type { Envelope } from './envelope.ts';
import type { Inbox } from './inbox.ts';
import type { Settlements } from './settlements.ts';
import type { Claim } from './shared/shared-inbox.ts';

/** An event may wait this long for its commit; afterwards Slack is told to send it again. It gives up after 3 s itself. */
export const FLUSH_TIMEOUT_MS = 2_500;
/** So many events make a second flush at the same time worth its commit. */
const SECOND_FLUSH_MIN = 8;
/** How often a flush that takes long is looked at, in milliseconds. */
const WATCH_MS = 250;
/** Events of one flush. */
const MAX_FLUSH = 200;

export interface GroupCommitDeps {
  inbox: Pick<Inbox, 'insert' | 'answersInOrder'>;
  /** What is handled and not written yet: goes along with the next flush. */
  settlements: Pick<Settlements, 'take' | 'claimsOf' | 'settled' | 'putBack'>;
  clock: Clock;
  /** Begins a flush. What it answers is asked of each of its events in turn: whether that cannot be handed out soon. */
  readonly beginFlush: () => (envelope: Envelope) => boolean;
  /** Memory holds it for the commit no more: it is committed, or will not be. Called once for each, before its sender is answered. */
  onLeft(envelope: Envelope): void;
  /** Stored, and not known before: in the order of `seq`. Called before its sender is answered. */
  onStored(envelope: Envelope, seq: number): void;
  /** New events were committed, or (with an error) could not be. */
  onCommit?(error?: unknown): void;
  /** A flush takes long: that earlier ones were committed says nothing of the store any more. */
  onSlow?(): void;
  /** Whoever counts; see EventObserver. */
  observer?: { accepted(): void; repeated(envelope: Envelope): void } | undefined;
  /** The store failed with these: some may be in the table all the same. */
  onDoubtful(teamIds: ReadonlySet<string>): void;
}

interface Waiting {
  envelope: Envelope;
  untilMs: number;
  readonly resolve: (isNew: boolean) => void;
  readonly reject: (error: BotServerError) => void;
}

/** Commits events of all teams. */
export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  #waiting: Waiting[] = [];
  /** Events of the flush that runs. */
  readonly #underWay = new Set<string>();
  /** Teams with events that the store failed with, in the flush that runs. */
  readonly #doubtful = new Set<string>();
  readonly #lanes = new Set<Promise<void>>();
  readonly #flushes = new Set<Promise<void>>();
  /** Lanes that will look for what waits once more. */
  #running = 0;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves when the event is committed, or was before: with whether it was not known.
   * @throws BotServerError `store_unavailable` after 2.5 s or when the store fails, `value_refused` when it refuses just this row
   */
  add(envelope: Envelope): Promise<boolean> {
    envelope.receivedAtMs = this.#deps.clock.now();
    return new Promise((resolve, reject) => {
      const untilMs = this.#deps.clock.monotonic() + FLUSH_TIMEOUT_MS;
      this.#waiting.push({ envelope, untilMs, resolve, reject });
      if (this.#mayBegin()) this.#begin();
    });
  }

  /** Whether the event is committed right now, and not answered yet. */
  isUnderWay(id: string): boolean {
    return this.#underWay.has(id);
  }

  /** All of those. */
  get idsUnderWay(): string[] {
    return Array.from(this.#underWay);
  }

  /** Resolves when the commits of this moment are answered. */
  async answered(): Promise<void> {
    await Promise.all(this.#flushes);
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all(this.#lanes);
  }

  /**
   * A second flush goes while the first is committed, so that neither thread waits for the other; but only to a store that
   * answers in order, and only with several events, because each commit costs.
   */
  #mayBegin(): boolean {
    if (this.#running === 0) return true;
    return this.#deps.inbox.answersInOrder && this.#running < 2 && this.#waiting.length >= SECOND_FLUSH_MIN;
  }

  #begin(): void {
    this.#running++;
    const lane = this.#flushAll().finally(() => this.#lanes.delete(lane));
    this.#lanes.add(lane);
  }

  async #flushAll(): Promise<void> {
    // One turn later, so that requests of the same turn of the event loop share a flush.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0) await this.#flushNext();
    } finally {
      // In the same turn as the last look: what comes from now on begins a lane of its own.
      this.#running--;
    }
  }

  async #flushNext(): Promise<void> {
    const page = this.#waiting.splice(0, MAX_FLUSH);
    const stopWatching = this.#watch(page);
    const flush = this.#flush(page);
    this.#flushes.add(flush);
    await flush;
    this.#flushes.delete(flush);
    stopWatching();
    this.#tellDoubtful();
  }

  /** Once nothing of the flush is under way any more: before, a look into the table would pass its rows over. */
  #tellDoubtful(): void {
    if (this.#doubtful.size === 0) return;
    this.#deps.onDoubtful(new Set(this.#doubtful));
    this.#doubtful.clear();
  }

  #watch(page: readonly Waiting[]): () => void {
    const { clock } = this.#deps;
    const look = () => {
      this.#deps.onSlow?.();
      this.#rejectLate(page);
      timer = clock.after(WATCH_MS, look);
    };
    let timer = clock.after(WATCH_MS, look);
    return () => timer.cancel();
  }

  /** What is in the flush and what waits behind it, also what comes later: nobody may wait longer for a store that hangs. */
  #rejectLate(page: readonly Waiting[]): void {
    const nowMs = this.#deps.clock.monotonic();
    const isLate = ({ untilMs }: Waiting) => untilMs <= nowMs;
    if (page.some(isLate)) this.#deps.onCommit?.(tooLate());
    for (const { reject } of page.filter(isLate)) reject(tooLate());
    for (const waiting of this.#waiting.filter(isLate)) this.#giveUp(waiting, tooLate());
    this.#waiting = this.#waiting.filter((waiting) => !isLate(waiting));
  }

  /** `isHalf`: of a flush that failed. What is handled does not go along: it may be that which was refused. */
  async #flush(page: readonly Waiting[], { isHalf = false } = {}): Promise<void> {
    const envelopes = page.map(({ envelope }) => envelope);
    for (const { id } of envelopes) this.#underWay.add(id);
    try {
      const seqs = await (isHalf ? this.#insert(envelopes) : this.#write(envelopes));
      for (const { id } of envelopes) this.#underWay.delete(id);
      // For those that were known nothing was written.
      if (seqs.size > 0) this.#deps.onCommit?.();
      const storedAtMs = this.#deps.clock.now();
      for (const waiting of page) {
        waiting.envelope.storedAtMs = storedAtMs;
        this.#accepted(waiting, seqs);
      }
    } catch (cause) {
      this.#deps.onCommit?.(cause);
      for (const { id, teamId } of envelopes) {
        this.#underWay.delete(id);
        this.#doubtful.add(teamId);
      }
      await this.#flushHalves(page, { cause, isHalf });
    }
  }

  async #write(envelopes: readonly Envelope[]): Promise<Map<string, number>> {
    const { settlements } = this.#deps;
    const finished = settlements.take();
    const claims = settlements.claimsOf(finished);
    try {
      const seqs = await this.#insert(envelopes, finished, claims);
      if (finished.length > 0) settlements.settled(finished, claims);
      return seqs;
    } catch (error) {
      if (finished.length > 0) settlements.putBack(finished, error);
      throw error;
    }
  }

  #insert(
    envelopes: readonly Envelope[],
    finish: readonly number[] = [],
    claims: readonly Claim[] = [],
  ): Promise<Map<string, number>> {
    return this.#deps.inbox.insert(envelopes, { finish, claims, waits: this.#deps.beginFlush() });
  }

  async #flushHalves(page: readonly Waiting[], { cause, isHalf }: { cause: unknown; isHalf: boolean }): Promise<void> {
    const isLate = (page[0]?.untilMs ?? 0) <= this.#deps.clock.monotonic();
    // Alone, but with what is handled beside it: that may be it.
    const isAlone = page.length === 1 && (isHalf || !isRefusal(cause));
    if (isAlone || isLate) {
      for (const waiting of page) this.#giveUp(waiting, notStored(cause));
      return;
    }
    const middle = Math.ceil(page.length / 2);
    await this.#flush(page.slice(0, middle), { isHalf: true });
    if (middle < page.length) await this.#flush(page.slice(middle), { isHalf: true });
  }

  #giveUp({ envelope, reject }: Waiting, error: BotServerError): void {
    this.#deps.onLeft(envelope);
    reject(error);
  }

  /** One that the map does not name was known before: it is handled, or will be. */
  #accepted({ envelope, resolve }: Waiting, seqs: Map<string, number>): void {
    this.#deps.onLeft(envelope);
    const seq = seqs.get(envelope.id);
    // Twice in one flush: the first one is it.
    seqs.delete(envelope.id);
    if (seq === undefined) this.#deps.observer?.repeated(envelope);
    else {
      this.#deps.observer?.accepted();
      this.#deps.onStored(envelope, seq);
    }
    resolve(seq !== undefined);
  }
}

function tooLate(): BotServerError {
  return new BotServerError('store_unavailable', `The event was not committed within ${FLUSH_TIMEOUT_MS} ms`, {
    facts: { trouble: 'locked' },
  });
}

function isRefusal(error: unknown): boolean {
  return isBotServerError(error, 'value_refused');
}

function notStored(cause: unknown): BotServerError {
  const code = isRefusal(cause) ? 'value_refused' : 'store_unavailable';
  const advice = isBotServerError(cause) ? { fix: cause.fix } : {};
  return new BotServerError(code, 'The event could not be stored', { cause, ...advice });
}
