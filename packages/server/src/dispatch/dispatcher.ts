/**
 * Takes accepted events from the inbox to the listeners: once each, in order per conversation, with no team in the way of
 * another. What was just committed is handed out from memory; the table is read after a start, and when a team has more
 * than memory should hold. Retries, replays and what killed a process come by due-events.ts, out of order.
 */
import { BotServerError } from '../errors.ts';
import { type Envelope, measure } from '../inbox/envelope.ts';
import { GroupCommit } from '../inbox/group-commit.ts';
import { isAboutInstallations, type LifecycleEvent } from '../inbox/lifecycle-events.ts';
import type { Settlements } from '../inbox/settlements.ts';
import type { StoredEvent, Takeover } from '../inbox/stored-event.ts';
import type { OwnershipFollower } from '../ownership/ownership.ts';
import type { TeamId } from '../team/installation.ts';
import { Arrivals } from './arrivals.ts';
import { Backlog } from './backlog.ts';
import { settlementsOf } from './dispatch-settlements.ts';
import type { DispatchCounts, DispatcherDeps } from './dispatcher-deps.ts';
import { type DispatcherOptions, dispatcherDefaults } from './dispatcher-options.ts';
import { DroppedEvents } from './dropped-events.ts';
import { DueEvents } from './due-events.ts';
import { EventRunner } from './event-runner.ts';
import { EventStarter } from './event-starter.ts';
import { OwnedShards, pausing } from './owned-shards.ts';
import { RunningEvents } from './running-events.ts';
import { isClaimed, SharedWork } from './shared-work.ts';
import type { Item, TeamQueue } from './team-queue.ts';
import { TeamQueues } from './team-queues.ts';

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
  readonly #starter: EventStarter;
  readonly #backlog: Backlog;
  readonly #due: DueEvents;
  readonly #running: RunningEvents;
  readonly #dropped: DroppedEvents;
  readonly #shards: OwnedShards;
  /** Undefined where this process has the inbox to itself. */
  readonly #shared: SharedWork | undefined;
  /** To be told of ownership, before it starts. */
  readonly follower: OwnershipFollower;
  /** See TeamQueues. */
  readonly held: (fits: (envelope: Envelope) => boolean) => ReturnType<TeamQueues['held']>;
  #owner = '';
  #hasBegun = false;
  #isStopped = false;

  constructor(deps: DispatcherDeps) {
    const { clock, inbox, log } = deps;
    this.#deps = deps;
    this.#options = { ...dispatcherDefaults, ...deps.options };
    this.#queues = new TeamQueues(this.#options, deps.shardOf);
    this.held = (fits) => this.#queues.held(fits, this.#running.count);
    this.#shards = new OwnedShards({ ownership: deps.ownership, shared: inbox.shared, clock, log });
    this.#arrivals = new Arrivals({ memory: this.#queues.memory, clock, log });
    this.#settlements = settlementsOf(deps, this.#queues);
    this.#commits = new GroupCommit({
      inbox,
      settlements: this.#settlements,
      clock,
      beginFlush: () => this.#starter.beginFlush(),
      onLeft: (envelope) => this.#arrivals.left(envelope, this.#queues.of(envelope.teamId)),
      onStored: (envelope, seq) => this.#onStored(envelope, seq),
      onDoubtful: (teamIds) => this.#recheck(teamIds),
      onCommit: (error) => deps.onCommit?.(error),
      onSlow: () => deps.onSlow?.(),
      observer: deps.observer,
    });
    const mayWrite = inbox.shared && ((item: Item) => this.#starter.mayWrite(item));
    const isCurrent = inbox.shared && (({ claim }: Item) => this.#shards.isCurrent(claim));
    const written = { settlements: this.#settlements, mayWrite, isCurrent };
    this.#runner = new EventRunner({ ...deps, ...written, options: this.#options });
    this.#backlog = new Backlog({
      inbox,
      clock,
      log,
      memory: this.#queues.memory,
      refillBelow: this.#options.inMemoryPerTeam / 2,
      mayStart: (queue) => this.#starter.mayStart(queue),
      claimOf: (shard) => this.#shards.claimOf(shard),
      inHand: (shard) => this.#queues.inHand(shard),
      watch: () => this.#queues.watch(inbox),
      take: (event) => this.#takeStored(event),
      untilAnswered: () => {
        this.#starter.startWhatMay();
        return this.#commits.answered();
      },
      onLoaded: (queue) => this.#onLoaded(queue),
    });
    this.#running = new RunningEvents(clock);
    const taken = { ...deps, shards: this.#shards, queues: this.#queues };
    this.#dropped = new DroppedEvents({ ...taken, onRoom: () => this.#backlog.tryAgain() });
    this.#starter = new EventStarter({
      ...taken,
      running: this.#running,
      runner: this.#runner,
      settlements: this.#settlements,
      dropped: this.#dropped,
      backlog: this.#backlog,
    });
    this.#due = this.#createDue();
    this.#shared = this.#createShared();
    this.follower = this.#shards.follower(this.#shared ?? pausing(this.#settlements));
  }

  #createDue(): DueEvents {
    const { inbox, clock, log } = this.#deps;
    return new DueEvents({
      inbox,
      clock,
      log,
      shards: () => (inbox.shared ? this.#shards.open() : undefined),
      claimOf: (shard) => this.#shards.claimOf(shard),
      mayTake: (event) => this.#mayTake(event),
      watch: () => this.#queues.watch(inbox),
      isInHand: (seq) => this.#queues.isInHand(seq),
      start: (event) => this.#starter.startDue(event),
      runIsolated: (item) => this.#starter.runIsolated(item),
    });
  }

  get counts(): DispatchCounts {
    return {
      running: this.#running.count,
      waiting: this.#queues.memory.waiting,
      bytes: this.#queues.memory.bytes,
      arrivingBytes: this.#queues.memory.arrivingBytes,
      dropped: this.#dropped.count,
      failed: this.#runner.failed,
      handled: this.#runner.handled,
      superseded: this.#starter.superseded + (this.#deps.inbox.shared?.superseded ?? 0) + (this.#shared?.dropped ?? 0),
      oldestAtMs: this.#queues.oldestAtMs(),
    };
  }

  /** Makes this process the one that hands out events, where it has them to itself. Before anything is accepted. */
  async takeOver(owner: string): Promise<Takeover> {
    if (this.#shared) return { hadDied: false, unfinished: 0, poisoned: 0 };
    this.#owner = owner;
    return await this.#deps.inbox.takeOver(owner);
  }

  /** Every team is known: from now on events are handed out. */
  async begin(): Promise<void> {
    const { inbox, clock, onLifecycleEvent } = this.#deps;
    const recent = this.#shared ? [] : await inbox.lifecycleSince(clock.now() - LIFECYCLE_MEMORY_MS);
    this.#recheck(new Set(this.#shared ? [] : await inbox.teamsWithReady()));
    if (this.#isStopped) return;
    this.#hasBegun = true;
    this.#queues.open();
    for (const event of recent) onLifecycleEvent(event);
    for (const { teamId } of this.#queues.all()) this.changed(teamId);
    this.#due.start();
    this.#shared?.begin();
  }

  /**
   * Takes an envelope. Resolves when it is accepted: it is committed, or known already, or of a team that is not active. Answers whether it
   * was stored now.
   * @throws BotServerError `store_unavailable` when it could not be stored, `intake_full` when too much waits for that: whoever
   * sent it must send it again; `value_refused` when it never can be
   */
  async accept(envelope: Envelope): Promise<boolean> {
    if (this.#isStopped) throw new BotServerError('server_stopped', 'The server takes no more events');
    if (envelope.isEphemeral) {
      this.#takeEphemeral(envelope);
      return false;
    }
    // Looked up only where it may be dropped: most events are of active teams, and each microsecond is paid by all.
    if (this.#hasBegun && this.#dropped.isForNobody(envelope)) {
      if (await this.#dropped.dropUnlessBack(envelope)) return false;
    }
    measure(envelope);
    const queue = this.#queues.of(envelope.teamId);
    envelope.shard = queue.shard;
    this.#arrivals.admit(envelope, queue);
    try {
      return await this.#commits.add(envelope);
    } finally {
      this.#queues.letGo(queue);
    }
  }

  /** How the team stands has changed: what was kept may be due, or dropped. */
  changed(teamId: TeamId): void {
    const queue = this.#queues.find(teamId);
    if (queue) this.#followShard(queue);
    if (!queue || !this.#hasBegun) return;
    if (this.#deps.handlingOf(teamId) === 'drop') this.#dropped.dropWaiting(queue);
    this.#backlog.refill(queue);
    this.#queues.giveTurn(queue);
    this.#starter.startWhatMay();
  }

  /** Drops what was kept for longer than a day. */
  async dropExpired(): Promise<void> {
    await this.#dropped.dropExpired();
  }

  /** Forgets old events of this node's shards; see Inbox.prune. */
  async prune(limits: { doneBeforeMs: number; failedBeforeMs: number }): Promise<number> {
    return await this.#deps.inbox.prune({ ...limits, ...(this.#shared && { shards: this.#shards.open() }) });
  }

  /** Takes nothing more and waits for running listeners, at most `graceMs` milliseconds. Answers how many were left. */
  async stop({ graceMs }: { graceMs: number }): Promise<{ unfinished: number }> {
    this.#isStopped = true;
    this.#starter.stop();
    this.#due.stop();
    this.#backlog.stop();
    this.#shared?.stop();
    await this.#commits.settled();
    await this.#running.untilIdle(graceMs);
    const running = this.#queues.begun();
    this.#runner.close();
    const { unwritten, refused } = await this.#settlements.close();
    if (unwritten === 0) {
      await this.#release(running, refused).catch((error: unknown) => {
        this.#deps.log.error({ err: error }, 'the inbox was not released: the next start takes it for a crash');
      });
    }
    // What ended and could not be written runs again, like what never did.
    return { unfinished: this.#running.count + this.#queues.memory.waiting + unwritten + refused.length };
  }

  #takeEphemeral(envelope: Envelope): void {
    const { teamId } = envelope;
    if (
      !this.#hasBegun ||
      !this.#shards.mayBegin(this.#queues.of(teamId).shard) ||
      !this.#queues.hasRoom(teamId) ||
      this.#deps.handlingOf(teamId) !== 'hand_out'
    )
      return;
    this.#queues.add({ seq: undefined, envelope, attempts: 0 });
    this.#starter.startWhatMay();
  }

  #onStored(envelope: Envelope, seq: number): void {
    const { teamId, type, shard } = envelope;
    // The table has them; held here they would take as much memory again as the parsed body.
    envelope.bytes = undefined;
    this.#deps.works.noteStored(envelope);
    const queue = this.#queues.of(teamId);
    if (this.#shared?.isElsewhere(queue, { shard, seq })) return;
    if (isAboutInstallations(type)) this.#tell({ ...envelope, seq, receivedAtMs: this.#deps.clock.now() });
    if (this.#queues.isBehind(queue)) queue.note('kept');
    else this.#queues.add({ seq, envelope, attempts: 0, claim: this.#shards.claimOf(queue.shard) });
    if (!this.#hasBegun) return;
    this.#starter.startWhatMay();
    this.#backlog.refill(queue);
  }

  /** Of one that this node did not store it may be told twice: by the row, and when the shard comes. */
  #tell(event: LifecycleEvent & { seq: number }): void {
    if (this.#shared) this.#shared.tellOnce(event);
    else this.#deps.onLifecycleEvent(event);
  }

  #mayTake(event: StoredEvent): boolean {
    if (!this.#shared) return true;
    const queue = this.#queues.of(event.envelope.teamId);
    return this.#shards.claimOf(event.shard) !== undefined && this.#shared.hasPlace(event, queue);
  }

  /** The team may have come to an installation of another shard: what waits of it is for whoever owns that. */
  #followShard(queue: TeamQueue): void {
    const { shard } = queue;
    queue.shard = this.#deps.shardOf(queue.teamId);
    if (!this.#shared || queue.shard === shard) return;
    this.#queues.clear(queue);
    queue.forgetTable();
    this.#shared.move(queue.teamId, shard);
  }

  /** What runs still comes again, one attempt later. */
  async #release(running: readonly Item[], refused: readonly number[]): Promise<void> {
    const { inbox } = this.#deps;
    if (this.#shared) {
      const rows = refused.map((seq) => ({ seq, claim: this.#queues.claimOf(seq) }));
      return await this.#shared.handBack(() => true, rows.filter(isClaimed));
    }
    const begun = running.map(({ seq }) => seq).filter((seq) => seq !== undefined);
    if (this.#owner !== '') await inbox.release(this.#owner, [...begun, ...refused]);
  }

  #createShared(): SharedWork | undefined {
    const { inbox, notices } = this.#deps;
    if (!inbox.shared) return undefined;
    return new SharedWork({
      ...this.#deps,
      shared: inbox.shared,
      notices,
      shards: this.#shards,
      queues: this.#queues,
      settlements: this.#settlements,
      running: this.#running,
      backlog: this.#backlog,
      commits: this.#commits,
      lifecycleMemoryMs: LIFECYCLE_MEMORY_MS,
      take: (event) => this.#takeStored(event),
      startWhatMay: () => this.#starter.startWhatMay(),
    });
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
    this.#starter.startWhatMay();
    this.#backlog.refill(queue);
    this.#queues.letGo(queue);
  }

  /** False: a commit with its id is not answered yet. */
  #takeStored(event: StoredEvent): boolean {
    // Between a commit and its answer the table shows it already: on PostgreSQL another connection may look just then.
    if (this.#commits.isUnderWay(event.envelope.id)) return false;
    if (this.#queues.isInHand(event.seq)) return true;
    const { seq, shard, envelope, receivedAtMs } = event;
    this.#deps.works.noteTaken(envelope);
    if (this.#shared && isAboutInstallations(envelope.type)) this.#tell({ ...envelope, seq, receivedAtMs });
    this.#queues.addStored(event, this.#shards.claimOf(shard));
    return true;
  }
}
