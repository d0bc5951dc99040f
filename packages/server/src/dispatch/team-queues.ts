/**
 * What memory holds of all teams: the queue of each, whose turn it is, which rows are in hand, and how much room there is.
 * Bookkeeping; when something is started, and what becomes of it, is dispatcher.ts.
 */

import { type Envelope, sizeOf } from '../inbox/envelope.ts';
import type { StoredEvent } from '../inbox/inbox.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { TeamId } from '../team/installation.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import { type FairLimits, mayTakeMore } from './fair-share.ts';
import { MemoryShare } from './memory-share.ts';
import { type Item, TeamQueue } from './team-queue.ts';
import { Turns } from './turns.ts';

/** What memory holds of a team without a queue. */
const NOTHING = { waiting: 0, bytes: 0, arrivingBytes: 0 };
/** Teams whose empty queues are kept: making one for each event costs more than they do. */
const MAX_EMPTY_QUEUES = 1_000;

/** One per dispatcher. */
export class TeamQueues {
  readonly memory: MemoryShare;
  readonly #queues = new Map<TeamId, TeamQueue>();
  /** Teams that may start an event. */
  readonly #turns = new Turns<TeamQueue>();
  readonly #slots: FairLimits;
  readonly #isOrdered: boolean;
  /** Rows that are in memory: a second look into the table must not start them again. */
  readonly #inHand = new Set<number>();
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
  addStored({ seq, envelope, attempts }: StoredEvent): void {
    this.#add({ seq, envelope, attempts }, envelope.orderKey);
  }

  isInHand(seq: number): boolean {
    return this.#inHand.has(seq);
  }

  /** Takes a row in hand that is in no queue. */
  takeInHand(seq: number): void {
    this.#inHand.add(seq);
  }

  /** What became of these rows is written. */
  settled(seqs: readonly number[]): void {
    for (const seq of seqs) this.#inHand.delete(seq);
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
    if (item.seq !== undefined) this.#inHand.add(item.seq);
    queue.add(item, this.#isOrdered ? orderKey : undefined);
    this.memory.added(sizeOf(item.envelope));
    this.giveTurn(queue);
  }
}
