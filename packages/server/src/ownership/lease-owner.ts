/**
 * Owns a share of the work by a lease in the database, beside other nodes. Decides nothing: node-state.ts says what to ask
 * next and what to tell; this runs the queries one after the other, keeps the time, and calls the followers.
 */
import { assertNever } from '../assert-never.ts';
import { BotServerError, isBotServerError } from '../errors.ts';
import type { Notices } from '../store/notices.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { ClockSkew } from './clock-skew.ts';
import { LeaseClock } from './lease-clock.ts';
import { LeaseQueries, type LeaseQueriesDeps } from './lease-queries.ts';
import {
  type DrainedShard,
  type LeaseOptions,
  LOCAL_SHARE_OF_TTL,
  leaseDefaults,
  type NodeEnv,
  type NodeEvent,
  type NodeState,
  type OwnedShard,
  type Query,
  type Tell,
} from './node-model.ts';
import { dueAtMs, nextQuery, transition } from './node-state.ts';
import type { Ownership, OwnershipFollower, OwnershipState, Shard } from './ownership.ts';
import { ShardDrains } from './shard-drains.ts';

/** Between two looks whether a node that asked for no more may be asked again, in milliseconds: they cost nothing. */
const SETTLE_POLL_MS = 50;

export interface LeaseOwnerDeps extends Pick<LeaseQueriesDeps, 'repository' | 'identity' | 'opens'> {
  /** Called once, at the end. */
  closeRepository: () => void;
  /** The machine's: the database's time does not move with a test's clock. */
  clock: Clock;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
  /** Whether what was gained lately has found its way, so that more may come. @defaultValue always */
  isSettled?: () => boolean;
  /** See Ownership.noted. */
  noted?: (shards: readonly OwnedShard[]) => Promise<void>;
  /** See NodeEnv. */
  connectionsByShard?: () => ReadonlyMap<Shard, number>;
  /** Between nodes, when rows of nodes or shards have changed. Without them each finds it at its next poll. */
  notices?: Pick<Notices, 'notify' | 'on'>;
  options?: LeaseOptions;
}

/** One per process. */
export class LeaseOwner implements Ownership {
  readonly #deps: LeaseOwnerDeps;
  readonly #options: Required<LeaseOptions>;
  readonly #time: LeaseClock;
  readonly #queries: LeaseQueries;
  readonly #followers: OwnershipFollower[] = [];
  readonly #emptied = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<void>();
  #state: NodeState = { kind: 'idle' };
  #nodeId: string;
  #isRunning = false;
  #isWanted = false;
  #isFailing = false;
  #due: Timer | undefined;
  #isEnded = false;
  #endListening: (() => void) | undefined;
  #fencing: Timer | undefined;
  readonly #drains: ShardDrains;

  /** @throws BotServerError `invalid_configuration` for times that could not keep a lease */
  constructor(deps: LeaseOwnerDeps) {
    this.#deps = deps;
    this.#options = { ...leaseDefaults, ...deps.options };
    requireKeepable(this.#options);
    this.#time = new LeaseClock(deps.clock);
    const skew = new ClockSkew(deps);
    this.#queries = new LeaseQueries({ ...deps, skew, options: this.#options, nowMs: () => this.#time.now() });
    this.#nodeId = this.#queries.newId();
    const onDrained = (shards: readonly DrainedShard[]) => this.#heed({ type: 'drained', shards });
    this.#drains = new ShardDrains({ clock: deps.clock, followers: this.#followers, onDrained });
  }

  get nodeId(): string {
    return this.#nodeId;
  }

  get state(): OwnershipState {
    const state = this.#state;
    if (state.kind === 'idle' || state.kind === 'joining' || state.kind === 'stopped') return 'idle';
    if (!this.holdsLease()) return 'fenced';
    return state.mode.kind === 'serving' ? 'owning' : 'draining';
  }

  get missingKeys(): readonly string[] {
    return ('lacks' in this.#state ? this.#state.lacks : undefined) ?? [];
  }

  get leaseAgeMs(): number | undefined {
    const lease = 'lease' in this.#state ? this.#state.lease : undefined;
    return lease && this.#time.now() - (lease.deadlineMs - this.#options.ttlMs * LOCAL_SHARE_OF_TTL);
  }

  // Compared with the clock each time: a process that was frozen runs other things before its timers.
  holdsLease(): boolean {
    return this.#state.kind === 'owning' && this.#time.now() < this.#state.lease.deadlineMs;
  }

  owns(shard: Shard): boolean {
    return this.#state.kind === 'owning' && this.#state.holdings.get(shard)?.phase === 'held' && this.holdsLease();
  }

  epochOf(shard: Shard): number | undefined {
    const state = this.#state;
    if (state.kind !== 'owning' && state.kind !== 'fenced') return undefined;
    const holding = state.holdings.get(shard);
    return holding?.phase === 'releasing' ? undefined : holding?.epoch;
  }

  follow(follower: OwnershipFollower): void {
    this.#followers.push(follower);
  }

  /** @throws BotServerError `store_unavailable`, `store_locked` */
  async start(): Promise<void> {
    this.#apply({ type: 'start' });
    try {
      await this.#askPatiently();
    } catch (error) {
      this.#end();
      throw error;
    }
    this.#endListening = this.#deps.notices?.on('shards', () => this.wake());
    this.#runLater();
  }

  /** A database that is slow for a moment, as when many servers start at the same time, fails no start. */
  async #askPatiently(): Promise<void> {
    const giveUpAtMs = this.#time.now() + this.#options.ttlMs;
    for (;;) {
      try {
        return await this.#askAll();
      } catch (error) {
        if (!isBotServerError(error, 'store_unavailable') || this.#time.now() >= giveUpAtMs) throw error;
      }
      await this.#deps.clock.sleep(this.#options.pollMs);
    }
  }

  contradicted(shards: readonly OwnedShard[]): void {
    this.#heed({ type: 'contradicted', shards });
  }

  async noted(shards: readonly OwnedShard[]): Promise<void> {
    await this.#deps.noted?.(shards);
  }

  /** Rows of nodes or shards have changed. */
  wake(): void {
    this.#heed({ type: 'woken' });
  }

  async drain({ graceMs }: { graceMs: number }): Promise<void> {
    await this.#giveBack({ graceMs, leaves: false, until: this.#emptied.promise });
  }

  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    await this.#giveBack({ graceMs, leaves: true, until: this.#stopped.promise });
    this.#end();
  }

  async #giveBack(options: { graceMs: number; leaves: boolean; until: Promise<void> }): Promise<void> {
    const { graceMs, leaves, until } = options;
    if (this.#state.kind === 'idle') return;
    this.#heed({ type: 'stop', graceMs, leaves });
    // What runs now, the last release and the row itself: each has its own limit.
    const limitMs = graceMs + 3 * this.#options.queryLimitMs;
    await within(until, { clock: this.#deps.clock, limitMs, late: () => undefined });
  }

  /** A row that could not be deleted expires by itself. */
  #end(): void {
    this.#isEnded = true;
    this.#endListening?.();
    this.#apply({ type: 'left' });
    this.#due?.cancel();
    this.#fencing?.cancel();
    this.#drains.stop();
    this.#deps.closeRepository();
  }

  #runLater(): void {
    this.#due?.cancel();
    if (this.#isEnded) return;
    const pollMs = isSettling(this.#state) ? SETTLE_POLL_MS : this.#options.pollMs;
    // What failed is tried again after a poll's time: well before the lease is over, and no faster.
    const delayMs = this.#isFailing
      ? this.#options.pollMs
      : Math.min(pollMs, Math.max(1, dueAtMs(this.#state) - this.#time.now()));
    this.#due = this.#deps.clock.after(delayMs, () => this.#heed({ type: 'passed' }));
  }

  #run(): void {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#askWhileWanted().finally(() => {
      this.#isRunning = false;
      this.#runLater();
    });
  }

  async #askWhileWanted(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        await this.#askAll();
        if (this.#isFailing) this.#deps.log.info({ nodeId: this.#nodeId }, 'the lease can be renewed again');
        this.#isFailing = false;
      } catch (err) {
        // Once per outage. The next poll tries again, well before the lease is over.
        if (!this.#isFailing) this.#deps.log.warn({ nodeId: this.#nodeId, err }, 'the lease cannot be renewed');
        this.#isFailing = true;
        return;
      }
    }
  }

  async #askAll(): Promise<void> {
    for (let query = this.#next(); query; query = this.#next()) await this.#ask(query);
  }

  #next(): Query | undefined {
    return nextQuery(this.#state, this.#env(), { isSettled: this.#deps.isSettled?.() ?? true });
  }

  async #ask(query: Query): Promise<void> {
    const published = this.#state.kind === 'owning' ? this.#state.lease.published : undefined;
    const before = this.missingKeys;
    const event = await this.#queries.ask(query, this.#nodeId);
    if (event.type === 'joined') this.#nodeId = event.lease.nodeId;
    this.#apply(event);
    if (before.length === 0 && this.missingKeys.length > 0) this.#tellMissingKeys();
    // A renewal that says nothing new is nobody's news.
    const isNews = event.type === 'renewed' ? event.lease.published !== published : event.type !== 'surveyed';
    if (isNews) this.#deps.notices?.notify('shards');
  }

  #tellMissingKeys(): void {
    const facts = { nodeId: this.#nodeId, missing: this.missingKeys };
    this.#deps.log.error(facts, 'ENCRYPTION_KEYS lacks a key of this database: this node takes no work');
  }

  #heed(event: NodeEvent): void {
    this.#apply(event);
    this.#run();
  }

  #apply(event: NodeEvent): void {
    const before = this.#state;
    const { state, tells } = transition(before, event, this.#env());
    this.#state = state;
    for (const tell of tells) this.#tell(tell);
    if (state !== before) this.#watchDeadline();
    if (state.kind === 'stopped') this.#stopped.resolve();
    if (isEmptied(state)) this.#emptied.resolve();
  }

  /** The timer depends on nothing but the clock; see `holdsLease` for what is asked before it fires. */
  #watchDeadline(): void {
    this.#fencing?.cancel();
    if (this.#state.kind !== 'owning') return;
    const leftMs = this.#state.lease.deadlineMs - this.#time.now();
    this.#fencing = this.#deps.clock.after(Math.max(1, leftMs), () => {
      this.#apply({ type: 'passed' });
      this.#watchDeadline();
    });
  }

  #tell(tell: Tell): void {
    const { log } = this.#deps;
    const nodeId = this.#nodeId;
    switch (tell.kind) {
      case 'gained':
        log.info({ nodeId, shards: tell.shards.length }, 'shards gained');
        return this.#each((follower) => follower.gained(tell.shards));
      case 'lost':
        log.info({ nodeId, shards: tell.shards.length }, 'shards lost');
        return this.#each((follower) => follower.lost(tell.shards, { isHandedOver: tell.isHandedOver ?? false }));
      case 'released':
        return this.#each((follower) => follower.released?.(tell.shards));
      case 'fenced':
        log.error({ nodeId }, 'the lease is over: nothing is sent or written until it is renewed');
        return this.#each((follower) => follower.fenced());
      case 'resumed':
        log.info({ nodeId }, 'the lease was renewed: work goes on');
        return this.#each((follower) => follower.resumed());
      case 'drain':
        return this.#drains.begin(tell.shards, tell.limitMs);
      default:
        return assertNever(tell, 'tell');
    }
  }

  #each(call: (follower: OwnershipFollower) => void): void {
    for (const follower of this.#followers) call(follower);
  }

  #env(): NodeEnv {
    const { connectionsByShard } = this.#deps;
    return { nowMs: this.#time.now(), options: this.#options, ...(connectionsByShard && { connectionsByShard }) };
  }
}

/** Whether a drain has ended: nothing is left that another node could have. */
function isEmptied(state: NodeState): boolean {
  if (state.kind === 'owning') return state.mode.kind === 'stopping' && state.holdings.size === 0;
  return state.kind === 'stopped' || (state.kind === 'fenced' && state.holdings.size === 0);
}

/** Whether it told others that it is busy with what it got. */
function isSettling(state: NodeState): boolean {
  return state.kind === 'owning' && state.lease.published === 'settling';
}

/** A renewal that was lost once, and found late, must still come in time. */
function requireKeepable({ ttlMs, beatMs, pollMs, queryLimitMs }: Required<LeaseOptions>): void {
  if (queryLimitMs < beatMs && pollMs <= beatMs && beatMs + 2 * queryLimitMs < ttlMs * LOCAL_SHARE_OF_TTL) return;
  const message = `Leases need queryLimitMs < beatMs, pollMs <= beatMs and beatMs + 2 * queryLimitMs < ${LOCAL_SHARE_OF_TTL} * ttlMs; got ttlMs ${ttlMs}, beatMs ${beatMs}, pollMs ${pollMs}, queryLimitMs ${queryLimitMs}`;
  throw new BotServerError('invalid_configuration', message);
}
