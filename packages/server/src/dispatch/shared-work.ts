/**
 * What a dispatcher does because several nodes share its inbox. Any node stores any event; the owner of its shard hands it out. So
 * events of others' shards are told to their owners, those that others stored are read, and when shards come and go what is in hand of
 * them begins or is given up. Reads what is ready and not in hand, never what is behind a number: see SharedInbox.unseenTeams.
 */
import { BotServerError } from '../errors.ts';
import type { GroupCommit } from '../inbox/group-commit.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { LifecycleEvent } from '../inbox/lifecycle-events.ts';
import type { Settlements } from '../inbox/settlements.ts';
import type { Claim, ClaimedRow, SharedInbox } from '../inbox/shared/shared-inbox.ts';
import type { StoredEvent } from '../inbox/stored-event.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { TeamId } from '../team/installation.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Backlog } from './backlog.ts';
import type { NoticeBoard } from './event-notices.ts';
import { EventNotices, noticesIn } from './event-notices.ts';
import type { OwnedShards, ShardEvents } from './owned-shards.ts';
import type { RunningEvents } from './running-events.ts';
import type { Item, TeamQueue } from './team-queue.ts';
import type { TeamQueues } from './team-queues.ts';

export interface SharedWorkDeps {
  inbox: Pick<Inbox, 'lifecycleSince'>;
  shared: SharedInbox;
  /** Undefined: owners poll. */
  notices: NoticeBoard | undefined;
  shards: OwnedShards;
  queues: TeamQueues;
  settlements: Pick<Settlements, 'pause' | 'resume' | 'drop' | 'flush' | 'hasUnwritten'>;
  running: Pick<RunningEvents, 'untilIdle'>;
  backlog: Pick<Backlog, 'refill'>;
  commits: Pick<GroupCommit, 'isUnderWay' | 'idsUnderWay'>;
  clock: Clock;
  log: {
    debug(facts: object, message: string): void;
    info(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
  /** Takes an event that another node stored; false when a commit with its id is not answered yet. */
  take(event: StoredEvent): boolean;
  /** Events about installations of the last so many milliseconds are told when a shard comes. */
  lifecycleMemoryMs: number;
  readonly onLifecycleEvent: (event: LifecycleEvent) => void;
  readonly startWhatMay: () => void;
}

/** Looking and committing come on top, and what no notice told of is to be handled within a second. */
const POLL_MS = 750;
/** A look that takes long is repeated after so many times that long: what waits by the hundred thousand must not keep the database busy. */
const REST_AFTER_LOOK = 10;
/** Events that are read at once. */
const PAGE = 200;
const PAGE_BYTES = 8_388_608;
/** Of more that notices name, none is remembered: the whole table is looked through instead. */
const MAX_TOLD = 10_000;

/** Whether a row is in hand under a claim. */
export function isClaimed(row: { seq: number; claim: Claim | undefined }): row is ClaimedRow {
  return row.claim !== undefined;
}

/** One per dispatcher with a shared inbox. */
export class SharedWork implements ShardEvents {
  readonly #deps: SharedWorkDeps;
  readonly #notices: EventNotices;
  /** Rows that notices named and that were not read yet. */
  #told = new Set<number>();
  /** Events about installations that were told. */
  readonly #toldOf = new Set<number>();
  /** Whether a look into the table is wanted. */
  #isWanted = false;
  #looking: Promise<void> | undefined;
  /** Shards whose events about installations have not been read yet. */
  readonly #unread = new Set<Shard>();
  /** Teams whose events have another shard than their installation. */
  readonly #moving = new Map<string, { teamId: TeamId; from: Shard }>();
  readonly #handedBack = new WeakSet<Item>();
  readonly #deafen: (() => void) | undefined;
  #timer: Timer | undefined;
  /** The last one into the whole of the shards. */
  #lookTookMs = 0;
  #hasBegun = false;
  #isStopped = false;
  /** Ends of events that were not written, because the shard was lost. */
  dropped = 0;

  constructor(deps: SharedWorkDeps) {
    const { notices, clock } = deps;
    this.#deps = deps;
    this.#notices = new EventNotices({ send: (payload) => notices?.notify('inbox', payload), clock });
    this.#deafen = notices?.on('inbox', (payload) => this.#hear(payload));
  }

  /** Every team is known: events are handed out from now on. */
  begin(): void {
    this.#hasBegun = true;
    this.#poll();
  }

  /** Ends polling and notices; what is in hand goes on. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#notices.stop();
    this.#deafen?.();
  }

  /** Whether an event that was just stored is another's to hand out, or stays in the table until this node may. */
  isElsewhere(queue: TeamQueue, { shard = queue.shard, seq }: { shard: Shard | undefined; seq: number }): boolean {
    const { shards } = this.#deps;
    if (shard === queue.shard && shards.claimOf(shard)) return false;
    if (!shards.has(shard)) this.#notices.tell({ shard, seq });
    return true;
  }

  /** Whether an event of the table has the shard of its team; if not, the team's events are moved to that. */
  hasPlace({ shard, envelope }: StoredEvent, queue: TeamQueue): boolean {
    if (shard === queue.shard) return true;
    if (shard !== undefined) this.move(envelope.teamId, shard);
    return false;
  }

  /** The team's installation is not in that shard any more. What runs ends there. */
  move(teamId: TeamId, from: Shard): void {
    this.#moving.set(`${from} ${teamId}`, { teamId, from });
    this.#look();
  }

  /** An event about installations, unless it was told. */
  tellOnce(event: LifecycleEvent & { seq: number }): void {
    if (this.#toldOf.has(event.seq)) return;
    this.#toldOf.add(event.seq);
    const [oldest] = this.#toldOf;
    if (this.#toldOf.size > MAX_TOLD && oldest !== undefined) this.#toldOf.delete(oldest);
    this.#deps.onLifecycleEvent(event);
  }

  opened(shards: readonly Shard[]): void {
    for (const shard of shards) this.#unread.add(shard);
    this.#deps.settlements.resume();
    this.#look();
  }

  /** @throws BotServerError `store_unavailable` when the next owner would not know what has run here */
  async closing(shards: readonly Shard[], { limitMs }: { limitMs: number }): Promise<void> {
    const { running, settlements, queues, log } = this.#deps;
    await running.untilIdle(limitMs, shards);
    await settlements.flush();
    const isClosing = new Set(shards);
    try {
      await this.handBack((shard) => isClosing.has(shard));
    } catch (error) {
      log.error({ err: error }, 'running events not handed back: they come again as after a death');
      throw error;
    }
    if (!settlements.hasUnwritten((seq) => isClosing.has(queues.claimOf(seq)?.shard ?? -1))) return;
    throw new BotServerError(
      'store_unavailable',
      'What became of events could not be written before their shard was given back',
    );
  }

  /** Whoever has the shards next begins what still runs in them again, one attempt later. */
  async handBack(isMeant: (shard: Shard) => boolean, others: readonly ClaimedRow[] = []): Promise<void> {
    const { shared, shards, queues } = this.#deps;
    const rows = [...others];
    for (const item of queues.begun()) {
      const { seq, claim } = item;
      if (seq === undefined || !claim || !isMeant(claim.shard) || !shards.isCurrent(claim)) continue;
      if (this.#handedBack.has(item)) continue;
      this.#handedBack.add(item);
      rows.push({ seq, claim });
    }
    await shared.handBack(rows);
  }

  lost(shards: ReadonlySet<Shard>): void {
    const { queues, settlements } = this.#deps;
    for (const shard of shards) this.#unread.delete(shard);
    this.dropped += settlements.drop((seq) => shards.has(queues.claimOf(seq)?.shard ?? -1));
    queues.forget(shards);
  }

  fenced(): void {
    this.#deps.settlements.pause();
  }

  resumed(): void {
    const { settlements, queues, startWhatMay } = this.#deps;
    settlements.resume();
    for (const queue of queues.all()) queues.giveTurn(queue);
    startWhatMay();
    this.#look();
  }

  #hear(payload: string): void {
    const { shards, queues } = this.#deps;
    if (payload === '') return this.#look();
    for (const { shard, seq } of noticesIn(payload)) {
      if (shards.mayBegin(shard) && queues.claimOf(seq) === undefined) this.#told.add(seq);
    }
    if (this.#told.size > MAX_TOLD) {
      this.#told.clear();
      this.#isWanted = true;
    }
    if (this.#told.size > 0 || this.#isWanted) this.#work();
  }

  #poll(): void {
    this.#look();
    const { clock } = this.#deps;
    this.#timer = clock.after(Math.max(POLL_MS, this.#lookTookMs * REST_AFTER_LOOK), () => this.#poll());
  }

  #look(): void {
    this.#isWanted = true;
    this.#work();
  }

  /** One thing after the other, until nothing is left to do. */
  #work(): void {
    if (this.#looking || !this.#hasBegun || this.#isStopped) return;
    this.#looking = this.#readAll().then(
      () => this.#rest(),
      (error: unknown) => {
        this.#deps.log.error({ err: error }, 'events that other nodes stored could not be read, tried again');
        this.#looking = undefined;
      },
    );
  }

  #rest(): void {
    this.#looking = undefined;
    if (this.#told.size > 0 || this.#isWanted) this.#work();
  }

  async #readAll(): Promise<void> {
    if (this.#told.size > 0) await this.#readTold();
    if (!this.#isWanted) return;
    this.#isWanted = false;
    if (this.#unread.size > 0) await this.#readLifecycle();
    await this.#readUnseen();
    for (const [place, team] of Array.from(this.#moving)) {
      await this.#move(team);
      this.#moving.delete(place);
    }
  }

  /** A few rows, by their numbers. What is not ready any more is not there. */
  async #readTold(): Promise<void> {
    const { shared, shards, queues, startWhatMay } = this.#deps;
    const page = Array.from(this.#told).slice(0, PAGE);
    const owned = new Map(shards.open().map((shard) => [shard, shards.claimOf(shard)]));
    const watch = queues.watch({ answersInOrder: false });
    const ready = { afterSeq: 0, limit: PAGE, maxBytes: PAGE_BYTES };
    const events = await shared.readyAmong(page, ready).finally(() => watch.end());
    // The last ones may be missing because the page was full of bytes.
    const last = events.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
    const isFull = events.reduce((bytes, { envelope }) => bytes + (envelope.sizeBytes ?? 0), 0) >= PAGE_BYTES;
    for (const seq of page) if (!isFull || seq <= last) this.#told.delete(seq);
    for (const event of events) {
      const queue = queues.of(event.envelope.teamId);
      const claim = shards.claimOf(event.shard);
      // What was lost since it was asked for may have been handled elsewhere since.
      if (!claim || claim !== owned.get(claim.shard) || !this.hasPlace(event, queue)) continue;
      if (queues.isInHand(event.seq) || watch.wasSettled(event.seq)) continue;
      if (queues.isBehind(queue) || !this.#deps.take(event)) queue.note('kept');
      this.#deps.backlog.refill(queue);
    }
    startWhatMay();
  }

  async #readLifecycle(): Promise<void> {
    const { inbox, clock, shards, lifecycleMemoryMs } = this.#deps;
    const asked = Array.from(this.#unread).filter((shard) => shards.mayBegin(shard));
    if (asked.length === 0) return;
    const recent = await inbox.lifecycleSince(clock.now() - lifecycleMemoryMs, asked);
    for (const shard of asked) this.#unread.delete(shard);
    for (const event of recent) this.tellOnce(event);
  }

  async #readUnseen(): Promise<void> {
    const { shared, shards, queues, backlog, clock } = this.#deps;
    const open = shards.open();
    if (open.length === 0) return;
    const { commits } = this.#deps;
    const fromMs = clock.monotonic();
    const watch = queues.watch({ answersInOrder: false });
    const known = { seqs: queues.inHand(), ids: commits.idsUnderWay };
    const unseen = await shared.unseenTeams(open, known).finally(() => watch.end());
    this.#lookTookMs = clock.monotonic() - fromMs;
    for (const { teamId, shard, first } of unseen) {
      // This node stored it while the table was read.
      if (commits.isUnderWay(first.eventId) || queues.isInHand(first.seq) || watch.wasSettled(first.seq)) continue;
      const queue = queues.of(teamId);
      if (shard !== queue.shard) {
        this.#moving.set(`${shard} ${teamId}`, { teamId, from: shard });
        continue;
      }
      queue.note('kept');
      backlog.refill(queue);
      queues.letGo(queue);
    }
  }

  async #move({ teamId, from }: { teamId: TeamId; from: Shard }): Promise<void> {
    const { shared, shards, queues, log } = this.#deps;
    const claim = shards.claimOf(from);
    const queue = queues.of(teamId);
    const to = queue.shard;
    if (!claim || to === from) return;
    const moved = await shared.moveTeam(teamId, { claim, to, except: queues.inHand(from) });
    if (moved.length > 0)
      log.info({ teamId, from, to, events: moved.length }, 'events moved to the shard of their installation');
    if (!shards.has(to)) for (const seq of moved) this.#notices.tell({ shard: to, seq });
    else if (moved.length > 0) this.#isWanted = true;
  }
}
