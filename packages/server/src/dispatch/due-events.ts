/**
 * Events out of order: retries, replays, and those whose process died more than once. The last ones run one at a time, each
 * noted in its row before it starts, so that the one which kills the process is known by it.
 */
import type { Inbox } from '../inbox/inbox.ts';
import type { Claim } from '../inbox/shared/shared-inbox.ts';
import type { StoredEvent } from '../inbox/stored-event.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Item } from './team-queue.ts';
import type { Watch } from './team-queues.ts';

export interface DueEventsDeps {
  inbox: Pick<Inbox, 'due' | 'setIsolated' | 'tidy'>;
  clock: Clock;
  log: { error(facts: object, message: string): void };
  /** Of these; undefined = of all. */
  shards(): readonly Shard[] | undefined;
  /** With what rows of the shard may be taken, where several nodes share the inbox. */
  readonly claimOf: (shard: Shard | undefined) => Claim | undefined;
  /** Before the table is read. */
  watch(): Watch;
  isInHand(seq: number): boolean;
  /** Puts it among the team's events; false while the team may not get it. */
  start(event: StoredEvent): boolean;
  /** Runs it to its end, unless the team may not get it now. */
  runIsolated(item: Item): Promise<void>;
  /** Whether what several nodes share is this one's to begin, now. */
  mayTake(event: StoredEvent): boolean;
}

/** A retry is planned in seconds at the least, so that a second more is not felt. */
const POLL_MS = 1_000;
/** What memory holds of the table at once: 200 rows, and of large ones 8 MiB. */
const PAGE = 200;
const PAGE_BYTES = 8_388_608;
/** Rows that are kept in memory until their turn alone comes; more are found again later. */
const MAX_ISOLATED = 20;
/** From this many deaths on an event runs alone. */
const ISOLATED_FROM_TAKEOVERS = 2;
/** An event that ran alone for so long did not kill the process by starting. */
const ISOLATED_NOTE_MS = 10_000;

/** Polls each second, from `start` to `stop`. */
export class DueEvents {
  readonly #deps: DueEventsDeps;
  /** Rows that wait for their turn alone, in order. */
  readonly #isolated = new Map<number, StoredEvent>();
  #timer: Timer | undefined;
  #isStopped = false;
  #isRunningIsolated = false;

  constructor(deps: DueEventsDeps) {
    this.#deps = deps;
  }

  start(): void {
    void this.#poll();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #poll(): Promise<void> {
    const { inbox, log } = this.#deps;
    await inbox
      .tidy()
      .catch((error: unknown) => log.error({ err: error }, 'events that take long got no rows of their own'));
    await this.#readDue().catch((error: unknown) => log.error({ err: error }, 'due events could not be read'));
    if (this.#isStopped) return;
    this.#timer = this.#deps.clock.after(POLL_MS, () => void this.#poll());
  }

  async #readDue(): Promise<void> {
    const { inbox, clock } = this.#deps;
    const shards = this.#deps.shards();
    const claims = shards?.map((shard) => this.#deps.claimOf(shard));
    for (let afterSeq = 0; !this.#isStopped; ) {
      const watch = this.#deps.watch();
      const events = await inbox
        .due({ nowMs: clock.now(), afterSeq, limit: PAGE, maxBytes: PAGE_BYTES, shards })
        .finally(() => watch.end());
      // Of a shard that was lost since it was asked for another node may have handled them.
      if (shards?.some((shard, place) => this.#deps.claimOf(shard) !== claims?.[place])) return;
      for (const event of events) if (!watch.wasSettled(event.seq) && this.#deps.mayTake(event)) this.#take(event);
      const last = events.at(-1);
      // A page may be short because its events are large.
      if (!last) return;
      afterSeq = last.seq;
    }
  }

  #take(event: StoredEvent): void {
    const { seq, takeovers } = event;
    if (this.#deps.isInHand(seq) || this.#isolated.has(seq)) return;
    if (takeovers < ISOLATED_FROM_TAKEOVERS) {
      this.#deps.start(event);
      return;
    }
    if (this.#isolated.size >= MAX_ISOLATED) return;
    this.#isolated.set(seq, event);
    if (!this.#isRunningIsolated) void this.#runIsolated();
  }

  async #runIsolated(): Promise<void> {
    this.#isRunningIsolated = true;
    for (const [seq, event] of this.#isolated) {
      if (this.#isStopped) break;
      try {
        await this.#runOne(event);
      } catch (error) {
        this.#deps.log.error({ eventId: event.envelope.id, err: error }, 'event could not be run isolated');
      }
      this.#isolated.delete(seq);
    }
    this.#isRunningIsolated = false;
  }

  async #runOne(event: StoredEvent): Promise<void> {
    const { inbox, clock, claimOf } = this.#deps;
    // It has waited for its turn: its shard may be another node's by now.
    if (!this.#deps.mayTake(event)) return;
    const claim = claimOf(event.shard);
    await inbox.setIsolated(event.seq, Math.floor(clock.now()), claim);
    const clear = () =>
      inbox.setIsolated(event.seq, null, claim).catch((error: unknown) => {
        this.#deps.log.error({ eventId: event.envelope.id, err: error }, 'isolation note of an event not cleared');
      });
    const { promise: noteIsOver, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(ISOLATED_NOTE_MS, () => void clear().then(resolve));
    const ended = this.#deps.runIsolated({ ...event, claim }).then(async () => {
      timer.cancel();
      // Before the next one starts: its death must not count for this one as well.
      await clear();
    });
    // One that takes long makes room for the next once its note is gone.
    await Promise.race([ended, noteIsOver]);
  }
}
