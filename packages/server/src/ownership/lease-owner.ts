/**
 * Owns a share of the work by a lease in the database, beside other nodes. Decides nothing: node-state.ts says what to ask
 * next and what to tell; this runs the queries one after the other, keeps the time, and calls the followers.
 */
import { randomUUID } from 'node:crypto';
import { assertNever } from '../assert-never.ts';
import { BotServerError } from '../errors.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { LeaseClock } from './lease-clock.ts';
import {
  type Lease,
  type LeaseOptions,
  LOCAL_SHARE_OF_TTL,
  leaseDefaults,
  type NodeEnv,
  type NodeEvent,
  type NodeState,
  type PublishedState,
  type Query,
  type Tell,
} from './node-model.ts';
import type { NodeIdentity, NodeRepository } from './node-repository.ts';
import { dueAtMs, nextQuery, transition } from './node-state.ts';
import type { Ownership, OwnershipFollower, OwnershipState, Shard } from './ownership.ts';

/** What a follower may be late with its drain, in milliseconds, before it is given back all the same. */
const DRAIN_SLACK_MS = 500;

export interface LeaseOwnerDeps {
  repository: NodeRepository;
  /** Called once, at the end. */
  closeRepository: () => void;
  identity: NodeIdentity;
  /** Fingerprints of all keys that this process has. */
  opens: readonly string[];
  /** The machine's: the database's time does not move with a test's clock. */
  clock: Clock;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
  /** Whether what was gained lately has found its way, so that more may come. @defaultValue always */
  isSettled?: () => boolean;
  /** Tells the other nodes that rows of nodes or shards have changed. @defaultValue nothing: they see it at their next look */
  notify?: () => void;
  options?: LeaseOptions;
}

/** One per process. */
export class LeaseOwner implements Ownership {
  readonly #deps: LeaseOwnerDeps;
  readonly #options: Required<LeaseOptions>;
  readonly #time: LeaseClock;
  readonly #followers: OwnershipFollower[] = [];
  readonly #stopped = Promise.withResolvers<void>();
  #state: NodeState = { kind: 'idle' };
  #nodeId: string;
  #isRunning = false;
  #isWanted = false;
  #isFailing = false;
  #due: Timer | undefined;
  #isEnded = false;
  #fencing: Timer | undefined;

  /** @throws BotServerError `invalid_configuration` for times that could not keep a lease */
  constructor(deps: LeaseOwnerDeps) {
    this.#deps = deps;
    this.#options = { ...leaseDefaults, ...deps.options };
    requireKeepable(this.#options);
    this.#time = new LeaseClock(deps.clock);
    this.#nodeId = this.#newId();
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
    const state = this.#state;
    return state.kind === 'owning' || state.kind === 'fenced' ? state.lacks : [];
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
      await this.#askAll();
    } catch (error) {
      this.#end();
      throw error;
    }
    this.#runLater();
  }

  /** Rows of nodes or shards have changed. */
  wake(): void {
    this.#apply({ type: 'woken' });
    this.#run();
  }

  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.#apply({ type: 'stop', graceMs });
    this.#run();
    // What runs now, the last release and the row itself: each has its own limit.
    const limitMs = graceMs + 3 * this.#options.queryLimitMs;
    await within(this.#stopped.promise, { clock: this.#deps.clock, limitMs, late: () => undefined });
    this.#end();
  }

  /** A row that could not be deleted expires by itself. */
  #end(): void {
    this.#isEnded = true;
    this.#apply({ type: 'left' });
    this.#due?.cancel();
    this.#fencing?.cancel();
    this.#deps.closeRepository();
  }

  #runLater(): void {
    this.#due?.cancel();
    if (this.#isEnded) return;
    const { pollMs } = this.#options;
    // What failed is tried again after a poll's time: well before the lease is over, and no faster.
    const delayMs = this.#isFailing ? pollMs : Math.min(pollMs, Math.max(1, dueAtMs(this.#state) - this.#time.now()));
    this.#due = this.#deps.clock.after(delayMs, () => {
      this.#apply({ type: 'passed' });
      this.#run();
    });
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
    const { repository } = this.#deps;
    const nodeId = this.#nodeId;
    switch (query.kind) {
      case 'join':
        return await this.#join(query);
      case 'renew':
        return await this.#renew(query.publish);
      case 'release':
        await repository.release(nodeId, query.shards);
        this.#apply({ type: 'released', shards: query.shards });
        return this.#deps.notify?.();
      case 'claim':
        this.#apply({ type: 'claimed', nodeId, shards: await repository.claim(nodeId, query.shards) });
        return this.#deps.notify?.();
      case 'survey':
        return await this.#survey();
      case 'leave':
        await repository.leave(nodeId);
        this.#apply({ type: 'left' });
        return this.#deps.notify?.();
      default:
        return assertNever(query, 'query');
    }
  }

  async #join({ adopt, publish }: Extract<Query, { kind: 'join' }>): Promise<void> {
    const formerId = this.#nodeId;
    const nodeId = this.#newId();
    const { ttlMs } = this.#options;
    const { identity, repository } = this.#deps;
    const sentAtMs = this.#time.now();
    if (!(await repository.join(nodeId, { identity, ttlMs, state: publish, adopt, formerId }))) {
      throw new BotServerError('store_locked', 'A command has the database alone; wait until it has ended');
    }
    this.#nodeId = nodeId;
    this.#apply({ type: 'joined', lease: this.#leaseFrom(sentAtMs, publish) });
    this.#deps.notify?.();
  }

  async #renew(publish: PublishedState): Promise<void> {
    const nodeId = this.#nodeId;
    const sentAtMs = this.#time.now();
    const isRenewed = await this.#deps.repository.renew(nodeId, { ttlMs: this.#options.ttlMs, state: publish });
    if (!isRenewed) return this.#apply({ type: 'refused', nodeId });
    const isNews = this.#state.kind === 'owning' && this.#state.lease.published !== publish;
    this.#apply({ type: 'renewed', lease: this.#leaseFrom(sentAtMs, publish) });
    if (isNews) this.#deps.notify?.();
  }

  async #survey(): Promise<void> {
    const nodeId = this.#nodeId;
    const { survey, sealedWith } = await this.#deps.repository.survey();
    const lacks = sealedWith.filter((fingerprint) => !this.#deps.opens.includes(fingerprint));
    const before = this.missingKeys;
    this.#apply({ type: 'surveyed', nodeId, survey, lacks });
    if (lacks.length > 0 && before.length === 0) {
      this.#deps.log.error(
        { nodeId, missing: lacks },
        'ENCRYPTION_KEYS lacks a key of this database: this node takes no work',
      );
    }
  }

  /** Counted from before it was sent: the database counts from later. */
  #leaseFrom(sentAtMs: number, published: PublishedState): Lease {
    const { ttlMs, beatMs } = this.#options;
    return {
      nodeId: this.#nodeId,
      deadlineMs: sentAtMs + ttlMs * LOCAL_SHARE_OF_TTL,
      renewAtMs: sentAtMs + beatMs,
      published,
    };
  }

  #apply(event: NodeEvent): void {
    const before = this.#state;
    const { state, tells } = transition(before, event, this.#env());
    this.#state = state;
    for (const tell of tells) this.#tell(tell);
    if (state !== before) this.#watchDeadline();
    if (state.kind === 'stopped') this.#stopped.resolve();
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
        return this.#each((follower) => follower.lost(tell.shards));
      case 'fenced':
        log.error({ nodeId }, 'the lease is over: nothing is sent or written until it is renewed');
        return this.#each((follower) => follower.fenced());
      case 'resumed':
        log.info({ nodeId }, 'the lease was renewed: work goes on');
        return this.#each((follower) => follower.resumed());
      case 'drain':
        return void this.#drain(tell);
      default:
        return assertNever(tell, 'tell');
    }
  }

  async #drain({ shards, limitMs }: Extract<Tell, { kind: 'drain' }>): Promise<void> {
    const numbers = shards.map(({ shard }) => shard);
    const drained = Promise.allSettled(
      this.#followers.map(async (follower) => await follower.drain(numbers, { limitMs })),
    );
    const { clock } = this.#deps;
    await within(drained, { clock, limitMs: limitMs + DRAIN_SLACK_MS, late: () => undefined });
    this.#apply({ type: 'drained', shards });
    this.#run();
  }

  #each(call: (follower: OwnershipFollower) => void): void {
    for (const follower of this.#followers) call(follower);
  }

  #env(): NodeEnv {
    return { nowMs: this.#time.now(), options: this.#options };
  }

  /** Another one for each lease. */
  #newId(): string {
    const { host, pid } = this.#deps.identity;
    return `${host}-${pid}-${randomUUID().slice(0, 8)}`;
  }
}

/** A renewal that was lost once, and found late, must still come in time. */
function requireKeepable({ ttlMs, beatMs, pollMs, queryLimitMs }: Required<LeaseOptions>): void {
  if (queryLimitMs < beatMs && pollMs <= beatMs && beatMs + 2 * queryLimitMs < ttlMs * LOCAL_SHARE_OF_TTL) return;
  const message = `Leases need queryLimitMs < beatMs, pollMs <= beatMs and beatMs + 2 * queryLimitMs < ${LOCAL_SHARE_OF_TTL} * ttlMs; got ttlMs ${ttlMs}, beatMs ${beatMs}, pollMs ${pollMs}, queryLimitMs ${queryLimitMs}`;
  throw new BotServerError('invalid_configuration', message);
}
