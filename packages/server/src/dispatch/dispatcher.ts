/**
 * Takes accepted events from the inbox to the listeners: once each, in order per conversation, with no team in the way of
 * another. What was just committed is handed out from memory; the table is read after a start, and when a team has more
 * than memory should hold. Retries, replays and what killed a process come by due-events.ts, out of order.
 */

import { BotServerError } from '../errors.ts';
import { type Envelope, jsonBytesOf, sizeOf } from '../inbox/envelope.ts';
import { GroupCommit } from '../inbox/group-commit.ts';
import type { Inbox, StoredEvent, Takeover } from '../inbox/inbox.ts';
import { isAboutInstallations, type LifecycleEvent } from '../inbox/lifecycle-events.ts';
import { Settlements } from '../inbox/settlements.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { TeamId } from '../team/installation.ts';
import { Arrivals } from './arrivals.ts';
import { Backlog } from './backlog.ts';
import { type DispatcherOptions, dispatcherDefaults } from './dispatcher-options.ts';
import { DroppedEvents, type DroppedEventsDeps } from './dropped-events.ts';
import { DueEvents } from './due-events.ts';
import { EventRunner, type EventRunnerDeps } from './event-runner.ts';
import { RunningEvents } from './running-events.ts';
import type { Item, TeamQueue } from './team-queue.ts';
import { TeamQueues } from './team-queues.ts';

export interface DispatcherDeps
  extends Pick<EventRunnerDeps, 'handle' | 'onFailure' | 'describe' | 'clock'>,
    Pick<DroppedEventsDeps, 'handlingOf' | 'recheck'> {
  inbox: Inbox;
  /** The shard of the team's installation; of a team without one that of its own key. */
  readonly shardOf: (teamId: TeamId) => Shard;
  /** Events were committed, or (with an error) could not be. */
  onCommit?(error?: unknown): void;
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

/** How many events there are of each kind, since the start. */
export interface DispatchCounts {
  running: number;
  waiting: number;
  /** Size of the events that wait in memory or run. */
  bytes: number;
  /** Size of those that are not committed yet. */
  arrivingBytes: number;
  dropped: number;
  failed: number;
  handled: number;
}

/** Judged again after a restart: the last probe about an uninstall is sent five minutes after it. */
const LIFECYCLE_MEMORY_MS = 600_000;
/** One per process. `takeOver`, then events may be accepted, then `begin`. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #options: Required<DispatcherOptions>;
  readonly #queues: TeamQueues;
  readonly #arrivals: Arrivals;
  readonly #commits: GroupCommit;
  readonly #settlements: Settlements;
  readonly #runner: EventRunner;
  readonly #backlog: Backlog;
  readonly #due: DueEvents;
  readonly #running: RunningEvents;
  readonly #dropped: DroppedEvents;
  #owner = '';
  #hasBegun = false;
  #isStopped = false;

  constructor(deps: DispatcherDeps) {
    const { clock, inbox, log } = deps;
    this.#deps = deps;
    this.#options = { ...dispatcherDefaults, ...deps.options };
    this.#queues = new TeamQueues(this.#options, deps.shardOf);
    this.#arrivals = new Arrivals({ memory: this.#queues.memory, clock, log });
    this.#settlements = new Settlements({
      inbox,
      clock,
      onSettled: (seqs) => this.#queues.settled(seqs),
      onFailure: (error) => log.error({ err: error }, 'finished events not written, tried again'),
      onRefused: ({ error, isWritten, ...event }) =>
        log.error(
          { ...event, err: error },
          isWritten ? 'end of an event written without its error text' : 'end of an event not written',
        ),
    });
    this.#commits = new GroupCommit({
      inbox,
      settlements: this.#settlements,
      clock,
      beginFlush: () => this.#beginFlush(),
      onLeft: (envelope) => this.#arrivals.left(envelope, this.#queues.of(envelope.teamId)),
      onStored: (envelope, seq) => this.#onStored(envelope, seq),
      onDoubtful: (teamIds) => this.#recheck(teamIds),
      onCommit: (error) => deps.onCommit?.(error),
    });
    this.#runner = new EventRunner({ ...deps, settlements: this.#settlements, options: this.#options });
    this.#backlog = new Backlog({
      inbox,
      clock,
      log,
      memory: this.#queues.memory,
      refillBelow: this.#options.inMemoryPerTeam / 2,
      mayStart: (teamId) => this.#mayStart(teamId),
      take: (event) => this.#takeStored(event),
      untilAnswered: () => {
        this.#startWhatMay();
        return this.#commits.answered();
      },
      onLoaded: (queue) => this.#onLoaded(queue),
    });
    this.#running = new RunningEvents(clock);
    this.#dropped = new DroppedEvents({ ...deps, queues: this.#queues, onRoom: () => this.#backlog.tryAgain() });
    this.#due = new DueEvents({
      inbox,
      clock,
      log,
      isInHand: (seq) => this.#queues.isInHand(seq),
      start: (item) => this.#startDue(item),
      runIsolated: (item) => this.#runIsolated(item),
    });
  }

  get counts(): DispatchCounts {
    const { handled, failed } = this.#runner;
    return {
      running: this.#running.count,
      waiting: this.#queues.memory.waiting,
      bytes: this.#queues.memory.bytes,
      arrivingBytes: this.#queues.memory.arrivingBytes,
      dropped: this.#dropped.count,
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
    this.#recheck(new Set(await inbox.teamsWithReady()));
    if (this.#isStopped) return;
    this.#hasBegun = true;
    this.#queues.open();
    for (const event of recent) onLifecycleEvent(event);
    for (const { teamId } of this.#queues.all()) this.changed(teamId);
    this.#due.start();
  }

  /**
   * Takes an envelope. Resolves when it is accepted: it is committed, or known already, or of a team that is not active.
   * @throws BotServerError `store_unavailable` when it could not be stored, `intake_full` when too much waits for that: whoever
   * sent it must send it again; `value_refused` when it never can be
   */
  async accept(envelope: Envelope): Promise<void> {
    if (this.#isStopped) throw new BotServerError('server_stopped', 'The server takes no more events');
    if (envelope.isEphemeral) return this.#takeEphemeral(envelope);
    // Looked up only where it may be dropped: most events are of active teams, and each microsecond is paid by all.
    if (this.#hasBegun && this.#dropped.isForNobody(envelope)) {
      if (await this.#dropped.dropUnlessBack(envelope)) return;
    }
    // The store needs them, and whoever counts.
    envelope.bytes ??= jsonBytesOf(envelope);
    envelope.sizeBytes = envelope.bytes.byteLength;
    const queue = this.#queues.of(envelope.teamId);
    envelope.shard = queue.shard;
    this.#arrivals.admit(envelope, queue);
    try {
      await this.#commits.add(envelope);
    } finally {
      this.#queues.letGo(queue);
    }
  }

  /** How the team stands has changed: what was kept may be due, or dropped. */
  changed(teamId: TeamId): void {
    const queue = this.#queues.find(teamId);
    if (queue) queue.shard = this.#deps.shardOf(teamId);
    if (!queue || !this.#hasBegun) return;
    if (this.#deps.handlingOf(teamId) === 'drop') this.#dropped.dropWaiting(queue);
    this.#backlog.refill(queue);
    this.#queues.giveTurn(queue);
    this.#startWhatMay();
  }

  /** Drops what was kept for longer than a day. */
  async dropExpired(): Promise<void> {
    await this.#dropped.dropExpired();
  }

  /** Takes nothing more and waits for running listeners, at most `graceMs` milliseconds. Answers how many were left. */
  async stop({ graceMs }: { graceMs: number }): Promise<{ unfinished: number }> {
    this.#isStopped = true;
    this.#due.stop();
    this.#backlog.stop();
    await this.#commits.settled();
    await this.#running.untilIdle(graceMs);
    const running = this.#queues.all().flatMap((queue) => queue.begunSeqs());
    this.#runner.close();
    const { unwritten, refused } = await this.#settlements.close();
    const begun = [...running, ...refused];
    if (this.#owner !== '' && unwritten === 0) {
      await this.#deps.inbox.release(this.#owner, begun).catch((error: unknown) => {
        this.#deps.log.error({ err: error }, 'the inbox was not released: the next start takes it for a crash');
      });
    }
    // What ended and could not be written runs again, like what never did.
    return { unfinished: this.#running.count + this.#queues.memory.waiting + unwritten + refused.length };
  }

  #takeEphemeral(envelope: Envelope): void {
    const { teamId } = envelope;
    if (!this.#hasBegun || !this.#queues.hasRoom(teamId) || this.#deps.handlingOf(teamId) !== 'hand_out') return;
    this.#queues.add({ seq: undefined, envelope, attempts: 0 });
    this.#startWhatMay();
  }

  #onStored(envelope: Envelope, seq: number): void {
    const { teamId, type } = envelope;
    // The table has them; held here they would take as much memory again as the parsed body.
    envelope.bytes = undefined;
    if (isAboutInstallations(type)) this.#deps.onLifecycleEvent({ ...envelope, receivedAtMs: this.#deps.clock.now() });
    const queue = this.#queues.of(teamId);
    if (this.#queues.isBehind(queue)) queue.note('kept');
    else this.#queues.add({ seq, envelope, attempts: 0 });
    if (!this.#hasBegun) return;
    this.#startWhatMay();
    this.#backlog.refill(queue);
  }

  /** Which events of a flush will have to stay in the table: the bytes of the others are on their way to memory. */
  #beginFlush(): (envelope: Envelope) => boolean {
    let comingBytes = 0;
    return (envelope) => {
      const ownBytes = sizeOf(envelope);
      const queue = this.#queues.of(envelope.teamId);
      if (!this.#mayStart(envelope.teamId) || this.#queues.isBehind(queue, { comingBytes, ownBytes })) return true;
      comingBytes += ownBytes;
      return false;
    };
  }

  /** One event of each team in turn, those first that run least, until nobody may start another. */
  #startWhatMay(): void {
    while (!this.#isStopped) {
      const queue = this.#queues.next(this.#running.count);
      if (!queue) return;
      const item = this.#mayStart(queue.teamId) ? queue.takeNext() : undefined;
      if (!item) continue;
      this.#queues.memory.started();
      void this.#run(item, queue);
      this.#queues.giveTurn(queue);
    }
  }

  /** Of an inactive team too: its queue holds events about the installation itself; what else is in it is dropped then. */
  #mayStart(teamId: TeamId): boolean {
    return this.#deps.handlingOf(teamId) !== 'keep';
  }

  async #run(item: Item, queue: TeamQueue): Promise<void> {
    this.#running.begin();
    await this.#handle(item, () => {
      queue.overtake(item);
      this.#queues.giveTurn(queue);
      this.#startWhatMay();
    });
    this.#queues.finish(item, queue);
    this.#running.end();
    if (this.#isStopped) return;
    this.#backlog.refill(queue);
    this.#backlog.tryAgain();
    this.#queues.giveTurn(queue);
    this.#queues.letGo(queue);
    this.#startWhatMay();
  }

  /** Never rejects. */
  async #handle(item: Item, onOverdue: () => void): Promise<void> {
    const { seq, envelope } = item;
    if (!this.#dropped.isForNobody(envelope)) return await this.#runner.run(item, onOverdue);
    // The team went while the event was on its way.
    this.#dropped.drop(envelope);
    if (seq !== undefined) this.#settlements.done(seq);
  }

  /** A retry or replay: among the team's other events, in no order. False while it may not start. */
  #startDue(item: Item): boolean {
    const { teamId } = item.envelope;
    if (!this.#mayStart(teamId) || !this.#queues.hasRoom(teamId)) return false;
    const queue = this.#queues.of(teamId);
    const { lastSeq } = queue;
    this.#queues.add({ ...item, attempts: Math.max(1, item.attempts) });
    queue.lastSeq = lastSeq;
    this.#startWhatMay();
    return true;
  }

  async #runIsolated(item: Item): Promise<void> {
    if (!this.#mayStart(item.envelope.teamId) || item.seq === undefined) return;
    this.#queues.takeInHand(item.seq);
    this.#running.begin();
    await this.#handle(item, () => {});
    this.#running.end();
  }

  /** There may be rows that memory does not know of. */
  #recheck(teamIds: ReadonlySet<TeamId>): void {
    for (const teamId of teamIds) {
      const queue = this.#queues.of(teamId);
      // A flush beside the one in doubt may have taken newer rows. Elsewhere there is none, and an old answer may name what is done.
      queue.note(this.#deps.inbox.answersInOrder ? 'doubt' : 'kept');
      if (this.#hasBegun) this.#backlog.refill(queue);
    }
  }

  #onLoaded(queue: TeamQueue): void {
    this.#startWhatMay();
    this.#backlog.refill(queue);
    this.#queues.letGo(queue);
  }

  /** False: a commit with its id is not answered yet. */
  #takeStored(event: StoredEvent): boolean {
    // Between a commit and its answer the table shows it already: on PostgreSQL another connection may look just then.
    if (this.#commits.isUnderWay(event.envelope.id)) return false;
    if (!this.#queues.isInHand(event.seq)) this.#queues.addStored(event);
    return true;
  }
}
