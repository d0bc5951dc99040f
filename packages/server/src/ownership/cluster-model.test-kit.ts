/**
 * Several nodes on one database, as a model: the real state machine in each node, and around it everything that can go wrong.
 * The database is written from the rules (reference: README of leases in node-repository.ts), not from that file. Time is a number.
 */
import {
  type Lease,
  leaseDefaults,
  type NodeEvent,
  type NodeState,
  type Query,
  type Survey,
  type Tell,
} from './node-model.ts';
import { dueAtMs, nextQuery, transition } from './node-state.ts';

export const SHARDS = 12;
export const modelOptions = { ...leaseDefaults, shards: SHARDS, socketSlots: 0 };
const { ttlMs, beatMs, pollMs, queryLimitMs } = modelOptions;

interface LeaseRow {
  expiresAtMs: number;
  state: Lease['published'];
  isAskedToDrain: boolean;
}

interface ShardRow {
  owner: string | null;
  epoch: number;
  isClean: boolean;
  hadDied: boolean;
}

export interface DatabaseCopy {
  leases: ReadonlyMap<string, LeaseRow>;
  shards: readonly ShardRow[];
}

/** Not issued before, whatever was restored. */
function newEpoch({ epoch }: ShardRow, nowMs: number): number {
  return Math.max(epoch + 1, Math.ceil(nowMs));
}

/** What the rows are, and what the statements do to them, each at one moment. */
export class ModelDatabase {
  readonly leases = new Map<string, LeaseRow>();
  readonly shards: ShardRow[] = Array.from({ length: SHARDS }, () => ({
    owner: null,
    epoch: 0,
    isClean: true,
    hadDied: false,
  }));

  /** The reference from shards to nodes frees what a deleted row had. */
  deleteLease(id: string): void {
    this.leases.delete(id);
    for (const shard of this.shards) if (shard.owner === id) shard.owner = null;
  }

  isLive(id: string, nowMs: number): boolean {
    return (this.leases.get(id)?.expiresAtMs ?? Number.NEGATIVE_INFINITY) > nowMs;
  }

  execute(
    query: Query,
    { id, newId, formerId, nowMs }: { id: string; newId: string; formerId: string; nowMs: number },
  ): Answer {
    const expiresAtMs = nowMs + ttlMs;
    switch (query.kind) {
      case 'join':
        this.leases.set(newId, { expiresAtMs, state: query.publish, isAskedToDrain: false });
        for (const { shard, epoch } of query.adopt) {
          const row = this.#row(shard);
          const isFree = row.owner === null || row.owner === formerId;
          if (isFree && row.epoch === epoch && !row.isClean) row.owner = newId;
        }
        return { kind: 'done' };
      case 'renew': {
        const lease = this.leases.get(id);
        if (!lease || lease.expiresAtMs <= nowMs) return { kind: 'refused' };
        Object.assign(lease, { expiresAtMs, state: query.publish });
        return { kind: 'done' };
      }
      case 'survey':
        for (const [other, lease] of this.leases) if (lease.expiresAtMs < nowMs) this.deleteLease(other);
        return { kind: 'survey', survey: this.survey() };
      case 'claim': {
        const free = this.isLive(id, nowMs) ? query.shards.filter((shard) => this.#row(shard).owner === null) : [];
        for (const shard of free) {
          const row = this.#row(shard);
          Object.assign(row, { owner: id, epoch: newEpoch(row, nowMs), hadDied: !row.isClean, isClean: false });
        }
        return { kind: 'claimed', shards: free.map((shard) => ({ shard, ...this.#row(shard) })) };
      }
      case 'release':
        for (const { shard, epoch } of query.shards) {
          const row = this.#row(shard);
          if (row.owner === id && row.epoch === epoch) Object.assign(row, { owner: null, isClean: true });
        }
        return { kind: 'done' };
      case 'disown':
        for (const { shard, epoch } of query.shards) {
          const row = this.#row(shard);
          const isMeant = row.epoch === epoch && (row.owner === null || row.owner === id);
          if (isMeant) Object.assign(row, { owner: null, epoch: newEpoch(row, nowMs), isClean: false });
        }
        return { kind: 'done' };
      case 'leave':
        this.deleteLease(id);
        return { kind: 'done' };
    }
  }

  /** What a backup keeps, and `restore` brings back. */
  copy(): DatabaseCopy {
    return structuredClone({ leases: this.leases, shards: this.shards });
  }

  restore({ leases, shards }: DatabaseCopy): void {
    this.leases.clear();
    for (const [id, lease] of leases) this.leases.set(id, { ...lease });
    for (const [shard, row] of shards.entries()) Object.assign(this.#row(shard), row);
  }

  survey(): Survey {
    return {
      nodes: [...this.leases].map(([nodeId, { state, isAskedToDrain }]) => ({ nodeId, state, isAskedToDrain })),
      shards: this.shards.map(({ owner, epoch, hadDied }, shard) => ({ shard, owner, epoch, hadDied })),
    };
  }

  #row(shard: number): ShardRow {
    const row = this.shards[shard];
    if (!row) throw new Error(`There is no shard ${shard}`);
    return row;
  }
}

type Answer =
  | { kind: 'done' }
  | { kind: 'refused' }
  | { kind: 'survey'; survey: Survey }
  | { kind: 'claimed'; shards: readonly { shard: number; epoch: number; hadDied: boolean }[] };

interface ModelNode {
  name: string;
  id: string;
  incarnation: number;
  /** Of the lease that it asks for, until it is known to run. */
  beginning: string | undefined;
  /** How much faster than the database's its clock runs. */
  rate: number;
  state: NodeState;
  /** What its followers were told they have: shard → epoch. */
  told: Map<number, number>;
  isDead: boolean;
  frozenUntilMs: number;
  cutUntilMs: number;
  /** Of the query that is under way. */
  ticket: number;
  isBusy: boolean;
  isWanted: boolean;
  deferred: (() => void)[];
}

/** Runs nodes until a time, and asks after each step whether what must hold holds. */
export class ModelCluster {
  readonly database = new ModelDatabase();
  readonly nodes: ModelNode[] = [];
  nowMs = 0;
  databaseDownUntilMs = 0;
  slowUntilMs = 0;
  readonly #random: () => number;
  readonly #check: (cluster: ModelCluster) => void;
  #queue: { atMs: number; run: () => void }[] = [];

  constructor(random: () => number, check: (cluster: ModelCluster) => void) {
    this.#random = random;
    this.#check = check;
  }

  add(rate = 1): ModelNode {
    const name = `n${this.nodes.length}`;
    const node: ModelNode = {
      name,
      id: `${name}.0`,
      incarnation: 0,
      beginning: undefined,
      rate,
      state: { kind: 'idle' },
      told: new Map(),
      isDead: false,
      frozenUntilMs: 0,
      cutUntilMs: 0,
      ticket: 0,
      isBusy: false,
      isWanted: false,
      deferred: [],
    };
    this.nodes.push(node);
    this.#apply(node, { type: 'start' });
    this.#poll(node);
    return node;
  }

  /** Whether its followers would act for the shard if they ran now; those of a frozen node run when it wakes. */
  believes(node: ModelNode, shard: number): boolean {
    const { state } = node;
    return (
      !node.isDead && state.kind === 'owning' && this.#localMs(node) < state.lease.deadlineMs && node.told.has(shard)
    );
  }

  at(atMs: number, run: () => void): void {
    const index = this.#queue.findLastIndex((other) => other.atMs <= atMs);
    this.#queue.splice(index + 1, 0, { atMs, run });
  }

  runUntil(endMs: number): void {
    for (let next = this.#queue[0]; next && next.atMs <= endMs; next = this.#queue[0]) {
      this.#queue.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      this.#check(this);
    }
    this.nowMs = endMs;
    this.#check(this);
  }

  stop(node: ModelNode, graceMs: number): void {
    this.#when(node, () => this.#apply(node, { type: 'stop', graceMs, leaves: true }));
  }

  /** Of everything; what is on its way is forgotten. */
  endTrouble(): void {
    this.databaseDownUntilMs = this.nowMs;
    this.slowUntilMs = this.nowMs;
    for (const node of this.nodes) {
      node.cutUntilMs = this.nowMs;
      if (node.frozenUntilMs > this.nowMs) this.#thaw(node);
    }
  }

  freeze(node: ModelNode, forMs: number): void {
    node.frozenUntilMs = this.nowMs + forMs;
    this.at(node.frozenUntilMs, () => {
      if (node.frozenUntilMs <= this.nowMs) this.#thaw(node);
    });
  }

  #thaw(node: ModelNode): void {
    node.frozenUntilMs = this.nowMs;
    const deferred = node.deferred;
    node.deferred = [];
    // What waited for it comes in any order, timers too.
    deferred.sort(() => this.#random() - 0.5);
    for (const run of deferred) run();
  }

  /** Runs in the node: now, when it wakes, or never. */
  #when(node: ModelNode, run: () => void): void {
    if (node.isDead) return;
    if (node.frozenUntilMs > this.nowMs) node.deferred.push(run);
    else run();
  }

  #localMs(node: ModelNode): number {
    return this.nowMs * node.rate;
  }

  #poll(node: ModelNode): void {
    this.#when(node, () => {
      if (node.state.kind === 'stopped') return;
      this.#apply(node, { type: 'passed' });
      node.isWanted = true;
      this.#ask(node);
      // Without an answer: the limit of the query, then another try.
      const dueMs = Math.min(pollMs, Math.max(10, dueAtMs(node.state) - this.#localMs(node)));
      this.at(this.nowMs + (node.isBusy ? 10 : dueMs) / node.rate, () => this.#poll(node));
    });
  }

  #ask(node: ModelNode): void {
    if (node.isBusy || !node.isWanted || node.isDead) return;
    const env = { nowMs: this.#localMs(node), options: modelOptions };
    const query = nextQuery(node.state, env, { isSettled: true });
    if (!query) {
      node.isWanted = false;
      return;
    }
    node.isBusy = true;
    const ticket = ++node.ticket;
    const formerId = node.id;
    if (query.kind === 'join') node.beginning ??= `${node.name}.${++node.incarnation}`;
    const newId = query.kind === 'join' ? (node.beginning ?? '') : node.id;
    const sentAtMs = env.nowMs;
    const isCurrent = () => node.ticket === ticket && node.isBusy;
    this.at(this.nowMs + this.#delayMs(), () => {
      if (this.databaseDownUntilMs > this.nowMs || node.cutUntilMs > this.nowMs) return;
      const answer = this.database.execute(query, { id: node.id, newId, formerId, nowMs: this.nowMs });
      this.at(this.nowMs + this.#delayMs(), () => {
        if (node.cutUntilMs > this.nowMs) return;
        this.#when(node, () => {
          if (!isCurrent()) return;
          node.isBusy = false;
          if (query.kind === 'join') {
            node.id = newId;
            node.beginning = undefined;
          }
          this.#apply(node, eventOf(query, answer, { nodeId: node.id, sentAtMs }));
          this.#ask(node);
        });
      });
    });
    this.at(this.nowMs + queryLimitMs / node.rate, () =>
      this.#when(node, () => {
        if (!isCurrent()) return;
        node.isBusy = false;
        node.isWanted = false;
      }),
    );
  }

  /** A statement that is slow may be carried out long after its node gave it up. */
  #delayMs(): number {
    if (this.slowUntilMs <= this.nowMs) return 1 + this.#random() * 20;
    return this.#random() < 0.3 ? this.#random() * 4_000 : this.#random() * 300;
  }

  #apply(node: ModelNode, event: NodeEvent): void {
    const { state, tells } = transition(node.state, event, { nowMs: this.#localMs(node), options: modelOptions });
    node.state = state;
    for (const tell of tells) this.#follow(node, tell);
    if (state.kind !== 'owning') return;
    const leftMs = (state.lease.deadlineMs - this.#localMs(node)) / node.rate;
    this.at(this.nowMs + Math.max(0, leftMs), () => this.#when(node, () => this.#pass(node)));
  }

  #pass(node: ModelNode): void {
    if (node.state.kind === 'owning' && this.#localMs(node) >= node.state.lease.deadlineMs) {
      this.#apply(node, { type: 'passed' });
    }
  }

  #follow(node: ModelNode, tell: Tell): void {
    if (tell.kind === 'gained') for (const { shard, epoch } of tell.shards) node.told.set(shard, epoch);
    if (tell.kind === 'lost') for (const shard of tell.shards) node.told.delete(shard);
    if (tell.kind !== 'drain') return;
    this.at(this.nowMs + this.#random() * Math.min(tell.limitMs, 2_000), () =>
      this.#when(node, () => {
        this.#apply(node, { type: 'drained', shards: tell.shards });
        node.isWanted = true;
        this.#ask(node);
      }),
    );
  }
}

function eventOf(query: Query, answer: Answer, { nodeId, sentAtMs }: { nodeId: string; sentAtMs: number }): NodeEvent {
  if (answer.kind === 'refused') return { type: 'refused', nodeId };
  if (answer.kind === 'survey')
    return { type: 'surveyed', nodeId, survey: answer.survey, lacks: [], askedAtMs: sentAtMs };
  if (answer.kind === 'claimed') return { type: 'claimed', nodeId, shards: answer.shards };
  if (query.kind === 'release') return { type: 'released', shards: query.shards };
  if (query.kind === 'disown') return { type: 'disowned' };
  if (query.kind !== 'join' && query.kind !== 'renew') return { type: 'left' };
  const lease = { nodeId, deadlineMs: sentAtMs + 0.9 * ttlMs, renewAtMs: sentAtMs + beatMs, published: query.publish };
  return { type: query.kind === 'join' ? 'joined' : 'renewed', lease };
}
