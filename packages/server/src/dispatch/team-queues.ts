/**
 * What memory holds of all teams: the queue of each, whose turn it is, which rows are in hand, and how much room there is.
 * Bookkeeping; when something is started, and what becomes of it, is dispatcher.ts.
 */
import { type Envelope, sizeOf } from '../inbox/envelope.ts';
import type { Claim } from '../inbox/shared/shared-inbox.ts';
import type { StoredEvent } from '../inbox/stored-event.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { TeamId } from '../team/installation.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import { type FairLimits, mayTakeMore } from './fair-share.ts';
import type { HeldEvent } from './held-event.ts';
import { toHeldEvent } from './held-event.ts';
import { MemoryShare } from './memory-share.ts';
import { type Item, TeamQueue } from './team-queue.ts';
import { Turns } from './turns.ts';

/** What memory holds of a team without a queue. */
const NOTHING = { waiting: 0, bytes: 0, arrivingBytes: 0 };
/** Teams whose empty queues are kept: making one for each event costs more than they do. */
const MAX_EMPTY_QUEUES = 1_000;

/** Of a look into the table, until it ends. */
export interface Watch {
  wasSettled(seq: number): boolean;
  end(): void;
}

/** One per dispatcher. */
export class TeamQueues {
  readonly memory: MemoryShare;
  readonly #queues = new Map<TeamId, TeamQueue>();
  /** Teams that may start an event. */
  readonly #turns = new Turns<TeamQueue>();
  readonly #slots: FairLimits;
  readonly #isOrdered: boolean;
  /** Rows that are in memory, with their claims: a second look into the table must not start them again. */
  readonly #inHand = new Map<number, Claim | undefined>();
  /** Those that run in no queue. */
  readonly #isolated = new Map<number, Item>();
  readonly #watches = new Set<Set<number>>();
  #isOpen = false;

  readonly #shardOf: (teamId: TeamId) => Shard;

  constructor(options: Required<DispatcherOptions>, shardOf: (teamId: TeamId) => Shard) {
    this.#shardOf = shardOf;
    const { perTeam, perProcess: shared, reserve, isOrdered } = options;
    this.#slots = { perTeam, shared, reserve };
    this.#isOrdered = isOrdered;
    this.memory = new MemoryShare(options);
  }

  /** From now on teams get turns. */
  open(): void {
    this.#isOpen = true;
  }

  find(teamId: TeamId): TeamQueue | undefined {
    return this.#queues.get(teamId);
  }

  /** The team's queue; a new one when it has none. */
  of(teamId: TeamId): TeamQueue {
    let queue = this.#queues.get(teamId);
    if (!queue) {
      queue = new TeamQueue(teamId, this.#shardOf(teamId));
      this.#queues.set(teamId, queue);
    }
    return queue;
  }

  all(): TeamQueue[] {
    return Array.from(this.#queues.values());
  }

  /** A new event of a team, behind those of its conversation; one that was begun before waits for nobody. */
  add(item: Item): void {
    this.#add(item, item.attempts === 0 ? item.envelope.orderKey : undefined);
  }

  /** An event of the table. It keeps its place, also when it was begun before. */
  addStored({ seq, envelope, attempts, receivedAtMs }: StoredEvent, claim: Claim | undefined): void {
    envelope.receivedAtMs = receivedAtMs;
    this.#add({ seq, envelope, attempts, claim }, envelope.orderKey);
  }

  isInHand(seq: number): boolean {
    return this.#inHand.has(seq);
  }

  /** Takes an event in hand that runs in no queue. */
  takeInHand(item: Item & { seq: number }): void {
    this.#inHand.set(item.seq, item.claim);
    this.#isolated.set(item.seq, item);
  }

  /** It has ended. */
  isolatedEnded(seq: number): void {
    this.#isolated.delete(seq);
  }

  claimOf(seq: number): Claim | undefined {
    return this.#inHand.get(seq);
  }

  /** Rows in hand, of one shard or of all. */
  inHand(shard?: Shard): number[] {
    if (shard === undefined) return Array.from(this.#inHand.keys());
    const seqs: number[] = [];
    for (const [seq, claim] of this.#inHand) if (claim?.shard === shard) seqs.push(seq);
    return seqs;
  }

  /** What became of these rows is written. One that was lost meanwhile may be in hand again, under another claim. */
  settled(seqs: readonly number[], claims: readonly Claim[]): void {
    seqs.forEach((seq, place) => {
      if (this.#inHand.get(seq) === claims[place]) this.#inHand.delete(seq);
      for (const settled of this.#watches) settled.add(seq);
    });
  }

  /**
   * Notes which rows are settled while the table is read: the answer may be older than that, and name them as if they waited. Where
   * one connection asks and writes no answer is.
   */
  watch({ answersInOrder }: { answersInOrder: boolean }): Watch {
    const settled = new Set<number>();
    if (!answersInOrder) this.#watches.add(settled);
    return { wasSettled: (seq) => settled.has(seq), end: () => void this.#watches.delete(settled) };
  }

  /** When the oldest came that waits in memory; undefined when none waits. Looks at the first of each conversation. */
  oldestAtMs(): number | undefined {
    let oldest: number | undefined;
    for (const queue of this.#queues.values()) {
      const atMs = queue.waiting > 0 ? queue.oldestAtMs() : undefined;
      if (atMs !== undefined && atMs < (oldest ?? Number.POSITIVE_INFINITY)) oldest = atMs;
    }
    return oldest;
  }

  /** Events that run. */
  begun(): Item[] {
    return [...this.all().flatMap((queue) => queue.begun()), ...this.#isolated.values()];
  }

  /** Events in hand that fit. Looks at all of them: for operators. */
  held(fits: (envelope: Envelope) => boolean, running: number): HeldEvent[] {
    const isolated = Array.from(this.#isolated.values()).filter(({ envelope }) => fits(envelope));
    return [
      ...this.all().flatMap((queue) => queue.held(fits)),
      ...isolated.map((item) => ({ item, isRunning: true, behind: undefined })),
    ].map((held) => toHeldEvent(held, this.#queues.get(held.item.envelope.teamId), { running, slots: this.#slots }));
  }

  /** Nothing of these shards is in hand any more; what runs goes on and counts for nothing. */
  forget(shards: ReadonlySet<Shard>): void {
    for (const queue of this.#queues.values()) {
      if (!shards.has(queue.shard)) continue;
      this.clear(queue);
      queue.forgetTable();
      this.giveTurn(queue);
    }
    for (const [seq, claim] of this.#inHand) if (claim && shards.has(claim.shard)) this.#inHand.delete(seq);
  }

  /** Whether one more event of the team may wait in memory. */
  hasRoom(teamId: TeamId): boolean {
    return this.memory.hasRoom(this.#queues.get(teamId) ?? NOTHING);
  }

  /**
   * Whether an event of the team must stay in the table: others are there only, and older, or memory holds enough.
   * @param flush While it is committed: what is on its way to memory already, and its own size
   */
  isBehind(queue: TeamQueue, flush?: { comingBytes: number; ownBytes: number }): boolean {
    return queue.table !== 'complete' || !this.memory.hasRoom(queue, flush);
  }

  /** Puts the team in line if it may start an event, and takes it out otherwise. */
  giveTurn(queue: TeamQueue): void {
    if (this.#isOpen && queue.canStart && queue.running < this.#slots.perTeam) this.#turns.put(queue);
    else this.#turns.remove(queue);
  }

  /** Takes the team out of the line whose turn it is; undefined when none may start one more. `running`: of all teams. */
  next(running: number): TeamQueue | undefined {
    const queue = this.#turns.next();
    if (!queue || !mayTakeMore(queue.running, running, this.#slots)) return undefined;
    this.#turns.remove(queue);
    return queue;
  }

  /** A running event has ended. */
  finish(item: Item, queue: TeamQueue): void {
    queue.finish(item);
    this.memory.ended(sizeOf(item.envelope));
  }

  /** Takes out everything of the team that waits in memory. */
  clear(queue: TeamQueue): Item[] {
    const cleared = queue.clear();
    for (const { seq, envelope } of cleared) {
      this.memory.started();
      this.memory.ended(sizeOf(envelope));
      if (seq !== undefined) this.#inHand.delete(seq);
    }
    return cleared;
  }

  /** Forgets an empty queue if there are many. */
  letGo(queue: TeamQueue): void {
    if (queue.isEmpty && this.#queues.size > MAX_EMPTY_QUEUES) this.#queues.delete(queue.teamId);
  }

  #add(item: Item, orderKey: Envelope['orderKey']): void {
    const queue = this.of(item.envelope.teamId);
    if (item.seq !== undefined) this.#inHand.set(item.seq, item.claim);
    queue.add(item, this.#isOrdered ? orderKey : undefined);
    this.memory.added(sizeOf(item.envelope));
    this.giveTurn(queue);
  }
}
