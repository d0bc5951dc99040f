/** Events that no listener gets: of teams that are gone, and of those that were away for more than a day. Counted, and told in the log. */
import type { Envelope } from '../inbox/envelope.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { isLifecycleEvent } from '../inbox/lifecycle-events.ts';
import type { Clock } from '../time/clock.ts';
import type { DropReason, EventObserver } from './event-observer.ts';
import type { OwnedShards } from './owned-shards.ts';
import { hasMore } from './table-state.ts';
import type { Item, TeamQueue } from './team-queue.ts';
import type { TeamQueues } from './team-queues.ts';

/** How long events of a team that is suspended or in doubt are kept, in milliseconds. */
export const KEPT_MAX_MS = 86_400_000;

/** Events of the table that are told one by one before they are dropped; of more, and of larger ones, only the number is known. */
const MOST_TOLD = 100;
const MOST_TOLD_BYTES = 1_048_576;

/**
 * What becomes of the events of a team:
 * - `hand_out`: they go to the listeners
 * - `keep`: the team may come back; they wait in the inbox, for a day at most
 * - `drop`: the team is not active, or never registered; they are counted
 */
export type EventHandling = 'hand_out' | 'keep' | 'drop';

export interface DroppedEventsDeps {
  inbox: Pick<Inbox, 'dropTeam' | 'ready'>;
  readonly handlingOf: (teamId: string) => EventHandling;
  /** Of a team whose events are dropped: whether it has no installation here. */
  readonly isUnknown: (teamId: string) => boolean;
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
  drop(envelope: Envelope): void {
    const { teamId, id, type } = envelope;
    const reason = this.#reasonOf(teamId);
    this.#add(reason, 1, [envelope]);
    this.#deps.log.debug({ teamId, eventId: id, type, reason }, 'event of a team that is not active dropped');
  }

  /** Drops everything that waits of a team that is gone, in memory and in the table. */
  dropWaiting(queue: TeamQueue): void {
    const { log } = this.#deps;
    const { teamId } = queue;
    const cleared = this.#clear(queue);
    const kept = cleared.filter(({ envelope }) => isLifecycleEvent(envelope.type));
    for (const item of kept) this.#deps.queues.add(item);
    const others = cleared.filter(({ envelope }) => !isLifecycleEvent(envelope.type));
    // Replays stay failed: see Inbox.dropTeam.
    const gone = others.filter(({ isReplay }) => !isReplay).map(({ envelope }) => envelope);
    if ((others.length === 0 && !hasMore(queue.table)) || !this.#deps.shards.mayBegin(queue.shard)) return;
    const reason = this.#reasonOf(teamId);
    this.#add(reason, gone.length, gone);
    log.warn({ teamId, dropped: gone.length, reason }, 'waiting events of a team that is not active dropped');
    const dropping = hasMore(queue.table) ? this.#dropStored(queue) : this.#dropAll(queue);
    dropping.catch((error: unknown) =>
      log.error({ teamId, err: error }, 'events of a team that is not active could not be dropped'),
    );
  }

  /** Drops what was kept for longer than a day. */
  async dropExpired(): Promise<void> {
    const { inbox, clock, log, handlingOf, shards } = this.#deps;
    const beforeMs = clock.now() - KEPT_MAX_MS;
    for (const queue of this.#deps.queues.all()) {
      const { teamId } = queue;
      if (handlingOf(teamId) !== 'keep' || !shards.mayBegin(queue.shard)) continue;
      const known = (await this.#oldest(queue).catch(() => [])).filter(
        ({ receivedAtMs = Infinity }) => receivedAtMs < beforeMs,
      );
      const dropped = await inbox.dropTeam(teamId, { beforeMs, claim: shards.claimOf(queue.shard) });
      if (dropped === 0) continue;
      this.#add('expired', dropped, known);
      log.warn({ teamId, dropped }, 'events kept for more than a day dropped');
      this.#clear(queue);
      // What is left of them is read again.
      queue.note('doubt');
    }
  }

  #dropAll({ teamId, shard }: TeamQueue): Promise<number> {
    return this.#deps.inbox.dropTeam(teamId, { claim: this.#deps.shards.claimOf(shard) });
  }

  /** What memory did not have is told as well, as far as it is looked at; unless the team came back meanwhile. */
  async #dropStored(queue: TeamQueue): Promise<void> {
    const { handlingOf, observer } = this.#deps;
    // Of rows that cannot be read only the number is known, as of those that are too many.
    const known = await this.#oldest(queue).catch(() => []);
    if (handlingOf(queue.teamId) !== 'drop') return queue.note('doubt');
    await this.#dropAll(queue);
    const told = known.filter(({ type }) => !isLifecycleEvent(type));
    if (told.length > 0) observer?.dropped(this.#reasonOf(queue.teamId), 0, told);
  }

  /** The oldest that wait in the table. */
  async #oldest({ teamId, shard }: TeamQueue): Promise<Envelope[]> {
    const page = { afterSeq: 0, limit: MOST_TOLD, maxBytes: MOST_TOLD_BYTES, shard };
    const events = await this.#deps.inbox.ready(teamId, page);
    return events.map(({ envelope, receivedAtMs }) => ({ ...envelope, receivedAtMs }));
  }

  #reasonOf(teamId: string): DropReason {
    return this.#deps.isUnknown(teamId) ? 'unknown_team' : 'inactive';
  }

  #add(reason: DropReason, count: number, known: readonly Envelope[]): void {
    this.#count += count;
    this.#deps.observer?.dropped(reason, count, known);
  }

  #clear(queue: TeamQueue): Item[] {
    const cleared = this.#deps.queues.clear(queue);
    this.#deps.onRoom();
    return cleared;
  }
}
