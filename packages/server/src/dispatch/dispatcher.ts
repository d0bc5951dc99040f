/**
 * Takes accepted events from the inbox to the listeners: once each, in order per conversation, with no team in the way of
 * another. What was just committed is handed out from memory; the table is read after a start, and when a team has more
 * than memory should hold. Retries, replays and what killed a process come by due-events.ts, out of order.
 */
import { BotServerError } from '../errors.ts';
import { within } from '../time/within.ts';
import { Backlog } from './backlog.ts';
import { type DispatcherOptions, dispatcherDefaults } from './dispatcher-options.ts';
import { DueEvents } from './due-events.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { EventRunner, type EventRunnerDeps } from './event-runner.ts';
import { type FairLimits, mayTakeMore } from './fair-share.ts';
import { GroupCommit } from '../inbox/group-commit.ts';
import type { Inbox, StoredEvent, Takeover } from '../inbox/inbox.ts';
import type { Delivery, Intake } from './intake.ts';
import { isAboutInstallations } from '../inbox/lifecycle-events.ts';
import { isLifecycleEvent } from '../inbox/lifecycle-events.ts';
import { MemoryShare } from './memory-share.ts';
import { sizeOf } from '../inbox/envelope.ts';
import { Settlements } from '../inbox/settlements.ts';
import { type Item, TeamQueue } from './team-queue.ts';
import { Turns } from './turns.ts';

export interface DispatcherDeps extends Pick<EventRunnerDeps, 'handle' | 'onFailure' | 'describe' | 'clock'> {
  inbox: Inbox;
  deliveryOf(teamId: string): Delivery;
  /** Events were committed, or (with an error) could not be. */
  onCommit?(error?: unknown): void;
  /** Asks the rows themselves before an event is dropped: this process may not have seen yet that the team came back. */
  recheck(teamId: string): Promise<Delivery>;
  /** An event about installations themselves was stored. */
  readonly onLifecycleEvent: (event: LifecycleEvent) => void;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
    debug(facts: object, message: string): void;
  };
  options?: DispatcherOptions;
}

/** An event about the installation itself. After a restart its body may be gone. */
export interface LifecycleEvent extends Pick<Envelope, 'teamId' | 'type'> {
  body?: Envelope['body'];
  receivedAtMs: number;
}

/** How many events there are of each kind, since the start. */
export interface DispatchCounts {
  running: number;
  waiting: number;
  /** Size of the events that wait in memory or run. */
  bytes: number;
  dropped: number;
  failed: number;
  handled: number;
}

const encoder = new TextEncoder();

/** What memory holds of a team without a queue. */
const NOTHING = { waiting: 0, bytes: 0 };
/** Judged again after a restart: the last probe about an uninstall is sent five minutes after it. */
const LIFECYCLE_MEMORY_MS = 600_000;
/** Teams whose empty queues are kept. */
const MAX_EMPTY_QUEUES = 1_000;
/** How long events of a team that is suspended or in doubt are kept, in milliseconds. */
export const HELD_MAX_MS = 86_400_000;

/** One per process. `takeOver`, then events may be accepted, then `begin`. */
export class Dispatcher implements Intake {
  readonly #deps: DispatcherDeps;
  readonly #options: Required<DispatcherOptions>;
  readonly #queues = new Map<string, TeamQueue>();
  /** Teams that may start an event. */
  readonly #turns = new Turns<TeamQueue>();
  readonly #slots: FairLimits;
  readonly #memory: MemoryShare;
  /** Rows that are in memory: a second look into the table must not start them again. */
  readonly #inHand = new Set<number>();
  readonly #commits: GroupCommit;
  readonly #settlements: Settlements;
  readonly #runner: EventRunner;
  readonly #backlog: Backlog;
  readonly #due: DueEvents;
  #owner = '';
  #hasBegun = false;
  #isStopped = false;
  #running = 0;
  #dropped = 0;
  #onIdle: (() => void) | undefined;

  constructor(deps: DispatcherDeps) {
    const { clock, inbox, log } = deps;
    this.#deps = deps;
    this.#options = { ...dispatcherDefaults, ...deps.options };
    const { perTeam, perProcess: shared, reserve } = this.#options;
    this.#slots = { perTeam, shared, reserve };
    this.#memory = new MemoryShare(this.#options);
    this.#settlements = new Settlements({
      inbox,
      clock,
      onSettled: (seqs) => {
        for (const seq of seqs) this.#inHand.delete(seq);
      },
      onFailure: (error) => log.error({ err: error }, 'finished events not written, tried again'),
      onRefused: ({ error, isWritten, ...event }) =>
        log.error(
          { ...event, err: error },
          isWritten ? 'end of an event written without its words' : 'end of an event not written',
        ),
    });
    this.#commits = new GroupCommit({
      inbox,
      settlements: this.#settlements,
      clock,
      beginFlush: () => this.#beginFlush(),
      onStored: (envelope, seq) => this.#onStored(envelope, seq),
      onDoubtful: (teamIds) => this.#lookAgain(teamIds),
      onCommit: (error) => deps.onCommit?.(error),
    });
    this.#runner = new EventRunner({ ...deps, settlements: this.#settlements, options: this.#options });
    this.#backlog = new Backlog({
      inbox,
      clock,
      log,
      memory: this.#memory,
      refillBelow: this.#options.inMemoryPerTeam / 2,
      mayStart: (teamId) => this.#mayStart(teamId),
      take: (event) => this.#enqueueStored(event),
      untilAnswered: () => {
        this.#startWhatMay();
        return this.#commits.answered();
      },
      onLoaded: (teamId, queue) => this.#onLoaded(teamId, queue),
    });
    this.#due = new DueEvents({
      inbox,
      clock,
      log,
      isInHand: (seq) => this.#inHand.has(seq),
      start: (item) => this.#startDue(item),
      runAlone: (item) => this.#runAlone(item),
    });
  }

  get counts(): DispatchCounts {
    const { handled, failed } = this.#runner;
    return {
      running: this.#running,
      waiting: this.#memory.waiting,
      bytes: this.#memory.bytes,
      dropped: this.#dropped,
      failed,
      handled,
    };
  }

  /** Makes this process the one that hands out events. Before anything is accepted. */
  async takeOver(owner: string): Promise<Takeover> {
    this.#owner = owner;
    return await this.#deps.inbox.takeOver(owner);
  }

  /** Every team is known: from now on events are handed out. */
  async begin(): Promise<void> {
    const { inbox, clock, onLifecycleEvent } = this.#deps;
    const recent = await inbox.lifecycleSince(clock.now() - LIFECYCLE_MEMORY_MS);
    this.#lookAgain(new Set(await inbox.teamsWithReady()));
    if (this.#isStopped) return;
    this.#hasBegun = true;
    for (const event of recent) onLifecycleEvent(event);
    for (const teamId of this.#queues.keys()) this.changed(teamId);
    this.#due.start();
  }

  async accept(envelope: Envelope): Promise<void> {
    if (this.#isStopped) throw new BotServerError('server_stopped', 'The server takes no more events');
    if (envelope.isEphemeral) return this.#takeEphemeral(envelope);
    // Looked up only where it may be dropped: most events are of active teams, and each microsecond is paid by all.
    if (this.#hasBegun && this.#isForNobody(envelope) && !(await this.#isWantedAfterAll(envelope))) return;
    // The store needs them, and whoever counts.
    envelope.bytes ??= encoder.encode(JSON.stringify(envelope.body));
    envelope.sizeBytes = envelope.bytes.byteLength;
    await this.#commits.add(envelope);
  }

  changed(teamId: string): void {
    const queue = this.#queues.get(teamId);
    if (!queue || !this.#hasBegun) return;
    if (this.#deps.deliveryOf(teamId) === 'inactive') this.#dropWaiting(teamId, queue);
    this.#backlog.refill(teamId, queue);
    this.#giveTurn(queue);
    this.#startWhatMay();
  }

  /** Drops what was held for longer than a day. */
  async dropExpired(): Promise<void> {
    const beforeMs = this.#deps.clock.now() - HELD_MAX_MS;
    for (const [teamId, queue] of Array.from(this.#queues)) {
      if (this.#deps.deliveryOf(teamId) !== 'held') continue;
      const dropped = await this.#deps.inbox.dropTeam(teamId, { beforeMs });
      if (dropped === 0) continue;
      this.#dropped += dropped;
      this.#deps.log.warn({ teamId, dropped }, 'events held for more than a day dropped');
      this.#forget(queue.clear());
      queue.startsOver = true;
      queue.hasMore = true;
    }
  }

  async stop({ graceMs }: { graceMs: number }): Promise<{ unfinished: number }> {
    this.#isStopped = true;
    this.#due.stop();
    this.#backlog.stop();
    await this.#commits.settled();
    await this.#untilIdle(graceMs);
    const running = Array.from(this.#queues.values()).flatMap((queue) => queue.begunSeqs());
    this.#runner.close();
    const { unwritten, refused } = await this.#settlements.close();
    const begun = [...running, ...refused];
    if (this.#owner !== '' && unwritten === 0) {
      await this.#deps.inbox.release(this.#owner, begun).catch((error: unknown) => {
        this.#deps.log.error({ err: error }, 'the inbox was not released: the next start takes it for a crash');
      });
    }
    // What ended and could not be written runs again, like what never did.
    return { unfinished: this.#running + this.#memory.waiting + unwritten + refused.length };
  }

  #isForNobody({ teamId, type }: Envelope): boolean {
    return this.#deps.deliveryOf(teamId) === 'inactive' && !isLifecycleEvent(type);
  }

  async #isWantedAfterAll({ teamId, id, type }: Envelope): Promise<boolean> {
    if ((await this.#deps.recheck(teamId)) !== 'inactive') return true;
    this.#dropped++;
    this.#deps.log.debug({ teamId, eventId: id, type }, 'event of an inactive team dropped');
    return false;
  }

  #takeEphemeral(envelope: Envelope): void {
    const { teamId } = envelope;
    if (
      !this.#hasBegun ||
      !this.#memory.hasRoom(this.#queues.get(teamId) ?? NOTHING) ||
      this.#deps.deliveryOf(teamId) !== 'answering'
    )
      return;
    this.#enqueue({ seq: undefined, envelope, attempts: 0 });
    this.#startWhatMay();
  }

  #onStored(envelope: Envelope, seq: number): void {
    const { teamId, type } = envelope;
    // The table has them; held here they would take as much memory again as the parsed body.
    envelope.bytes = undefined;
    if (isAboutInstallations(type)) this.#deps.onLifecycleEvent({ ...envelope, receivedAtMs: this.#deps.clock.now() });
    const queue = this.#queueOf(teamId);
    if (this.#isBehind(queue)) queue.hasMore = true;
    else this.#enqueue({ seq, envelope, attempts: 0 });
    if (!this.#hasBegun) return;
    this.#startWhatMay();
    this.#backlog.refill(teamId, queue);
  }

  /** Which events of a flush will have to stay in the table: the bytes of the others are on their way to memory. */
  #beginFlush(): (envelope: Envelope) => boolean {
    let comingBytes = 0;
    return (envelope) => {
      const queue = this.#queues.get(envelope.teamId);
      if (!this.#mayStart(envelope.teamId) || (queue && this.#isBehind(queue, comingBytes))) return true;
      comingBytes += sizeOf(envelope);
      return false;
    };
  }

  /** Whether an event of the team must stay in the table: others are there only, and older, or memory holds enough. */
  #isBehind(queue: TeamQueue, comingBytes = 0): boolean {
    return queue.hasMore || queue.isLoading || !this.#memory.hasRoom(queue, comingBytes);
  }

  #enqueue(item: Item): void {
    const { teamId, orderKey } = item.envelope;
    const queue = this.#queueOf(teamId);
    if (item.seq !== undefined) this.#inHand.add(item.seq);
    queue.add(item, this.#options.isOrdered && item.attempts === 0 ? orderKey : undefined);
    this.#memory.added(sizeOf(item.envelope));
    this.#giveTurn(queue);
  }

  #queueOf(teamId: string): TeamQueue {
    let queue = this.#queues.get(teamId);
    if (!queue) {
      queue = new TeamQueue(teamId);
      this.#queues.set(teamId, queue);
    }
    return queue;
  }

  /** A few stay: making one for each event costs more than they do. */
  #letGo(teamId: string, queue: TeamQueue): void {
    if (queue.isEmpty && this.#queues.size > MAX_EMPTY_QUEUES) this.#queues.delete(teamId);
  }

  #giveTurn(queue: TeamQueue): void {
    if (this.#hasBegun && queue.canStart && queue.running < this.#options.perTeam) this.#turns.put(queue);
    else this.#turns.remove(queue);
  }

  /** One event of each team in turn, those first that run least, until nobody may start another. */
  #startWhatMay(): void {
    while (!this.#isStopped) {
      const queue = this.#turns.next();
      if (!queue || !mayTakeMore(queue.running, this.#running, this.#slots)) return;
      this.#turns.remove(queue);
      const item = this.#mayStart(queue.teamId) ? queue.takeNext() : undefined;
      if (!item) continue;
      this.#memory.started();
      void this.#run(item, queue);
      this.#giveTurn(queue);
    }
  }

  /** Of an inactive team too: its queue holds events about the installation itself; what else is in it is dropped then. */
  #mayStart(teamId: string): boolean {
    return this.#deps.deliveryOf(teamId) !== 'held';
  }

  async #run(item: Item, queue: TeamQueue): Promise<void> {
    this.#running++;
    const { teamId } = item.envelope;
    await this.#handle(item, () => {
      queue.overtake(item);
      this.#giveTurn(queue);
      this.#startWhatMay();
    });
    queue.finish(item);
    this.#memory.ended(sizeOf(item.envelope));
    this.#running--;
    if (this.#running === 0) this.#onIdle?.();
    if (this.#isStopped) return;
    this.#backlog.refill(teamId, queue);
    this.#backlog.tryAgain();
    this.#giveTurn(queue);
    this.#letGo(teamId, queue);
    this.#startWhatMay();
  }

  /** Never rejects. */
  async #handle(item: Item, onOverdue: () => void): Promise<void> {
    if (this.#isForNobody(item.envelope)) this.#drop(item);
    else await this.#runner.run(item, onOverdue);
  }

  /** The team went while the event was on its way. */
  #drop({ seq, envelope: { teamId, id } }: Item): void {
    this.#dropped++;
    this.#deps.log.debug({ teamId, eventId: id }, 'event of an inactive team dropped');
    if (seq !== undefined) this.#settlements.done(seq);
  }

  /** A retry or replay: among the team's other events, in no order. False while it may not start. */
  #startDue(item: Item): boolean {
    const queue = this.#queueOf(item.envelope.teamId);
    if (!this.#mayStart(item.envelope.teamId) || !this.#memory.hasRoom(queue)) return false;
    const { lastSeq } = queue;
    this.#enqueue({ ...item, attempts: Math.max(1, item.attempts) });
    queue.lastSeq = lastSeq;
    this.#startWhatMay();
    return true;
  }

  async #runAlone(item: Item): Promise<void> {
    if (!this.#mayStart(item.envelope.teamId) || item.seq === undefined) return;
    this.#inHand.add(item.seq);
    this.#running++;
    await this.#handle(item, () => {});
    this.#running--;
    if (this.#running === 0) this.#onIdle?.();
  }

  #dropWaiting(teamId: string, queue: TeamQueue): void {
    const cleared = queue.clear();
    const kept = cleared.filter(({ envelope }) => isLifecycleEvent(envelope.type));
    this.#forget(cleared);
    for (const item of kept) this.#enqueue(item);
    if (cleared.length === kept.length && !queue.hasMore) return;
    this.#dropped += cleared.length - kept.length;
    this.#deps.log.warn(
      { teamId, dropped: cleared.length - kept.length },
      'waiting events of an inactive team dropped',
    );
    this.#deps.inbox.dropTeam(teamId).catch((error: unknown) => {
      this.#deps.log.error({ teamId, err: error }, 'events of an inactive team not dropped');
    });
  }

  #forget(items: readonly Item[]): void {
    for (const { seq, envelope } of items) {
      this.#memory.started();
      this.#memory.ended(sizeOf(envelope));
      if (seq !== undefined) this.#inHand.delete(seq);
    }
    this.#backlog.tryAgain();
  }

  /** There may be rows that memory does not know of. */
  #lookAgain(teamIds: ReadonlySet<string>): void {
    for (const teamId of teamIds) {
      const queue = this.#queueOf(teamId);
      queue.hasMore = true;
      // A flush beside the one in doubt may have taken newer rows. Elsewhere there is none, and an old answer may name what is done.
      if (this.#deps.inbox.answersInOrder) queue.startsOver = true;
      if (this.#hasBegun) this.#backlog.refill(teamId, queue);
    }
  }

  #onLoaded(teamId: string, queue: TeamQueue): void {
    this.#startWhatMay();
    this.#backlog.refill(teamId, queue);
    this.#letGo(teamId, queue);
  }

  /** Read from the table it keeps its place, also when it was begun before. */
  #enqueueStored({ seq, envelope, attempts }: StoredEvent): boolean {
    // Between a commit and its answer the table shows it already: on PostgreSQL another connection may look just then.
    if (this.#commits.isUnderWay(envelope.id)) return false;
    if (this.#inHand.has(seq)) return true;
    const { teamId, orderKey } = envelope;
    const queue = this.#queueOf(teamId);
    this.#inHand.add(seq);
    queue.add({ seq, envelope, attempts }, this.#options.isOrdered ? orderKey : undefined);
    this.#memory.added(sizeOf(envelope));
    this.#giveTurn(queue);
    return true;
  }

  async #untilIdle(graceMs: number): Promise<void> {
    if (this.#running === 0) return;
    const { promise: idle, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    await within(idle, { clock: this.#deps.clock, limitMs: graceMs, late: () => undefined });
  }
}
