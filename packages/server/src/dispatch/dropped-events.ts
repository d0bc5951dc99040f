/** Events that no listener gets: of teams that are gone, and of those that were away for more than a day. Counted, and told in the log. */
import type { Envelope } from '../inbox/envelope.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { isLifecycleEvent } from '../inbox/lifecycle-events.ts';
import type { Clock } from '../time/clock.ts';
import type { DropReason, EventObserver } from './dispatcher-deps.ts';
import type { OwnedShards } from './owned-shards.ts';
import { hasMore } from './table-state.ts';
import type { Item, TeamQueue } from './team-queue.ts';
import type { TeamQueues } from './team-queues.ts';

/** How long events of a team that is suspended or in doubt are kept, in milliseconds. */
export const KEPT_MAX_MS = 86_400_000;

/**
 * What becomes of the events of a team:
 * - `hand_out`: they go to the listeners
 * - `keep`: the team may come back; they wait in the inbox, for a day at most
 * - `drop`: the team is not active, or never registered; they are counted
 */
export type EventHandling = 'hand_out' | 'keep' | 'drop';

export interface DroppedEventsDeps {
  inbox: Pick<Inbox, 'dropTeam'>;
  readonly handlingOf: (teamId: string) => EventHandling;
  /** Asks the rows themselves before an event is dropped: this process may not have seen yet that the team came back. */
  recheck(teamId: string): Promise<EventHandling>;
  clock: Pick<Clock, 'now'>;
  log: {
    debug(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
  queues: TeamQueues;
  /** Whether events of the shard are this node's, and the claim that says so where several share the inbox. */
  shards: Pick<OwnedShards, 'mayBegin' | 'claimOf'>;
  observer?: Pick<EventObserver, 'dropped'>;
  /** Room in memory may have become free. */
  onRoom(): void;
}

/** One per dispatcher. */
export class DroppedEvents {
  readonly #deps: DroppedEventsDeps;
  #count = 0;

  constructor(deps: DroppedEventsDeps) {
    this.#deps = deps;
  }

  /** How many, since the start. */
  get count(): number {
    return this.#count;
  }

  /** Whether the team is gone; events about that itself are for the listeners all the same. */
  isForNobody({ teamId, type }: Envelope): boolean {
    return this.#deps.handlingOf(teamId) === 'drop' && !isLifecycleEvent(type);
  }

  /** Drops an event of a team that seems to be gone, unless the rows themselves say otherwise. Answers whether it is dropped. */
  async dropUnlessBack(envelope: Envelope): Promise<boolean> {
    if ((await this.#deps.recheck(envelope.teamId)) !== 'drop') return false;
    this.drop(envelope);
    return true;
  }

  /** The team is gone. */
  drop({ teamId, id, type }: Envelope): void {
    this.#add('inactive', 1);
    this.#deps.log.debug({ teamId, eventId: id, type }, 'event of an inactive team dropped');
  }

  /** Drops everything that waits of a team that is gone, in memory and in the table. */
  dropWaiting(queue: TeamQueue): void {
    const { inbox, log } = this.#deps;
    const { teamId } = queue;
    const cleared = this.#clear(queue);
    const kept = cleared.filter(({ envelope }) => isLifecycleEvent(envelope.type));
    for (const item of kept) this.#deps.queues.add(item);
    const dropped = cleared.length - kept.length;
    if ((dropped === 0 && !hasMore(queue.table)) || !this.#deps.shards.mayBegin(queue.shard)) return;
    this.#add('inactive', dropped);
    log.warn({ teamId, dropped }, 'waiting events of an inactive team dropped');
    inbox.dropTeam(teamId, { claim: this.#deps.shards.claimOf(queue.shard) }).catch((error: unknown) => {
      log.error({ teamId, err: error }, 'events of an inactive team not dropped');
    });
  }

  /** Drops what was kept for longer than a day. */
  async dropExpired(): Promise<void> {
    const { inbox, clock, log, handlingOf, shards } = this.#deps;
    const beforeMs = clock.now() - KEPT_MAX_MS;
    for (const queue of this.#deps.queues.all()) {
      const { teamId } = queue;
      if (handlingOf(teamId) !== 'keep' || !shards.mayBegin(queue.shard)) continue;
      const dropped = await inbox.dropTeam(teamId, { beforeMs, claim: shards.claimOf(queue.shard) });
      if (dropped === 0) continue;
      this.#add('expired', dropped);
      log.warn({ teamId, dropped }, 'events kept for more than a day dropped');
      this.#clear(queue);
      // What is left of them is read again.
      queue.note('doubt');
    }
  }

  #add(reason: DropReason, count: number): void {
    this.#count += count;
    this.#deps.observer?.dropped(reason, count);
  }

  #clear(queue: TeamQueue): Item[] {
    const cleared = this.#deps.queues.clear(queue);
    this.#deps.onRoom();
    return cleared;
  }
}
