/** Starts events, each team in turn, and follows them to their end. What one may take is fair-share.ts, how long event-runner.ts. */
import { type Envelope, sizeOf } from '../inbox/envelope.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Settlements } from '../inbox/settlements.ts';
import type { StoredEvent } from '../inbox/stored-event.ts';
import type { Backlog } from './backlog.ts';
import type { DroppedEvents, DroppedEventsDeps } from './dropped-events.ts';
import type { EventRunner } from './event-runner.ts';
import type { OwnedShards } from './owned-shards.ts';
import type { RunningEvents } from './running-events.ts';
import type { Item, TeamQueue } from './team-queue.ts';
import type { TeamQueues } from './team-queues.ts';

export interface EventStarterDeps extends Pick<DroppedEventsDeps, 'handlingOf'> {
  shards: Pick<OwnedShards, 'mayBegin' | 'claimOf' | 'isCurrent'>;
  queues: TeamQueues;
  running: RunningEvents;
  runner: EventRunner;
  settlements: Pick<Settlements, 'done' | 'write'>;
  inbox: Pick<Inbox, 'endReplay'>;
  log: { warn(facts: object, message: string): void };
  dropped: DroppedEvents;
  backlog: Pick<Backlog, 'refill' | 'tryAgain'>;
}

/** One per dispatcher. */
export class EventStarter {
  readonly #deps: EventStarterDeps;
  #isStopped = false;
  /** Ends of events that were not written, because their shard was lost meanwhile. */
  superseded = 0;

  constructor(deps: EventStarterDeps) {
    this.#deps = deps;
  }

  /** Starts nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** One event of each team in turn, those first that run least, until nobody may start another. */
  startWhatMay(): void {
    while (!this.#isStopped) {
      const queue = this.#deps.queues.next(this.#deps.running.count);
      if (!queue) return;
      const item = this.mayStart(queue) ? queue.takeNext() : undefined;
      if (!item) continue;
      this.#deps.queues.memory.started();
      void this.#run(item, queue);
      this.#deps.queues.giveTurn(queue);
    }
  }

  /** Of an inactive team too: its queue holds events about the installation itself; what else is in it is dropped then. */
  mayStart({ teamId, shard }: TeamQueue): boolean {
    return this.#deps.shards.mayBegin(shard) && this.#deps.handlingOf(teamId) !== 'keep';
  }

  async #run(item: Item, queue: TeamQueue): Promise<void> {
    this.#deps.running.begin(item.claim?.shard);
    try {
      await this.#handle(item, () => {
        queue.overtake(item);
        this.#deps.queues.giveTurn(queue);
        this.startWhatMay();
      });
    } finally {
      this.#deps.queues.finish(item, queue);
      this.#deps.running.end(item.claim?.shard);
      this.#goOn(queue);
    }
  }

  #goOn(queue: TeamQueue): void {
    if (this.#isStopped) return;
    this.#deps.backlog.refill(queue);
    this.#deps.backlog.tryAgain();
    this.#deps.queues.giveTurn(queue);
    this.#deps.queues.letGo(queue);
    this.startWhatMay();
  }

  /** Rejects by a fault of ours alone: that must not cost the team its slot. */
  async #handle(item: Item, onOverdue: () => void): Promise<void> {
    const { seq, envelope } = item;
    if (!this.#deps.dropped.isForNobody(envelope)) return await this.#deps.runner.run(item, onOverdue);
    // The team went while the event was on its way.
    const isWritten = seq !== undefined && this.mayWrite(item);
    if (item.isReplay) {
      if (isWritten) this.#endReplay(item, seq);
      return;
    }
    this.#deps.dropped.drop(envelope);
    if (isWritten) this.#deps.settlements.done(seq);
  }

  /** Somebody asked for it: it is kept, as it was before. */
  #endReplay({ envelope: { teamId, id }, claim }: Item, seq: number): void {
    const { inbox, settlements, log } = this.#deps;
    log.warn({ teamId, eventId: id }, 'replay of an event of an inactive team ended, the event stays failed');
    const write = () => inbox.endReplay(seq, claim);
    settlements.write({ seq, claim, teamId, write, writeInstead: write });
  }

  /** Whether the shard of an event that ended is still this node's. */
  mayWrite({ claim }: Item): boolean {
    if (this.#deps.shards.isCurrent(claim)) return true;
    this.superseded++;
    return false;
  }

  /** A retry or replay: among the team's other events, in no order. False while it may not start. */
  startDue({ seq, shard, envelope, attempts, isReplay }: StoredEvent): boolean {
    const queue = this.#deps.queues.of(envelope.teamId);
    if (!this.mayStart(queue) || !this.#deps.queues.hasRoom(envelope.teamId)) return false;
    const { lastSeq } = queue;
    const claim = this.#deps.shards.claimOf(shard);
    this.#deps.queues.add({ seq, envelope, attempts: Math.max(1, attempts), isReplay, claim });
    queue.lastSeq = lastSeq;
    this.startWhatMay();
    return true;
  }

  async runIsolated(item: Item): Promise<void> {
    const { seq, envelope, claim } = item;
    if (!this.mayStart(this.#deps.queues.of(envelope.teamId)) || seq === undefined) return;
    this.#deps.queues.takeInHand({ ...item, seq });
    this.#deps.running.begin(claim?.shard);
    try {
      await this.#handle(item, () => {});
    } finally {
      this.#deps.queues.isolatedEnded(seq);
      this.#deps.running.end(claim?.shard);
    }
  }

  /** Which events of a flush will have to stay in the table: the bytes of the others are on their way to memory. */
  beginFlush(): (envelope: Envelope) => boolean {
    let comingBytes = 0;
    return (envelope) => {
      const ownBytes = sizeOf(envelope);
      const queue = this.#deps.queues.of(envelope.teamId);
      if (!this.mayStart(queue) || this.#deps.queues.isBehind(queue, { comingBytes, ownBytes })) return true;
      comingBytes += ownBytes;
      return false;
    };
  }
}
