/** Asks the database what node-state.ts wants to know, and says what happened: one query in, one event out. */
import { randomUUID } from 'node:crypto';
import { assertNever } from '../assert-never.ts';
import { BotServerError } from '../errors.ts';
import type { ClockSkew } from './clock-skew.ts';
import {
  type Lease,
  type LeaseOptions,
  LOCAL_SHARE_OF_TTL,
  type NodeEvent,
  type PublishedState,
  type Query,
} from './node-model.ts';
import type { NodeIdentity, NodeRepository } from './node-repository.ts';

export interface LeaseQueriesDeps {
  repository: NodeRepository;
  identity: NodeIdentity;
  /** Fingerprints of all keys that this process has. */
  opens: readonly string[];
  options: Required<LeaseOptions>;
  /** The clock of leases. */
  readonly nowMs: () => number;
  skew: Pick<ClockSkew, 'compare'>;
}

/** An answer is as old as it took, in milliseconds. */
const FRESH_MS = 1_000;

export class LeaseQueries {
  readonly #deps: LeaseQueriesDeps;
  /** Of the lease that is to begin, until it is known to: a database that was slow may have begun it, with what it took over. */
  #beginning: string | undefined;
  #hasJoined = false;

  constructor(deps: LeaseQueriesDeps) {
    this.#deps = deps;
  }

  /** For a lease: no two have the same. */
  newId(): string {
    const { host, pid } = this.#deps.identity;
    return `${host}-${pid}-${randomUUID().slice(0, 8)}`;
  }

  /**
   * @param nodeId Of the present lease, or of the last one.
   * @throws BotServerError `store_unavailable`; `store_locked` while a command has the database alone
   */
  async ask(query: Query, nodeId: string): Promise<NodeEvent> {
    const { repository } = this.#deps;
    switch (query.kind) {
      case 'join':
        return await this.#join(query, nodeId);
      case 'renew':
        return await this.#renew(query.publish, nodeId);
      case 'release':
        await repository.release(nodeId, query.shards);
        return { type: 'released', shards: query.shards };
      case 'disown':
        await repository.disown(nodeId, query.shards);
        return { type: 'disowned' };
      case 'claim':
        return { type: 'claimed', nodeId, shards: await repository.claim(nodeId, query.shards) };
      case 'survey': {
        const sentAtMs = this.#deps.nowMs();
        const { survey, sealedWith, nowMs } = await repository.survey();
        // What a process reads that was frozen meanwhile says nothing of its clock.
        const isFresh = this.#deps.nowMs() - sentAtMs < FRESH_MS;
        if (nowMs !== undefined && isFresh) this.#deps.skew.compare(nowMs);
        const lacks = sealedWith.filter((fingerprint) => !this.#deps.opens.includes(fingerprint));
        return { type: 'surveyed', nodeId, survey, lacks, askedAtMs: sentAtMs };
      }
      case 'leave':
        await repository.leave(nodeId);
        return { type: 'left' };
      default:
        return assertNever(query, 'query');
    }
  }

  async #join({ adopt, publish }: Extract<Query, { kind: 'join' }>, formerId: string): Promise<NodeEvent> {
    const { repository, identity, options } = this.#deps;
    this.#beginning ??= this.newId();
    const nodeId = this.#beginning;
    const sentAtMs = this.#deps.nowMs();
    const former = this.#hasJoined ? formerId : undefined;
    const isIn = await repository.join(nodeId, {
      identity,
      ttlMs: options.ttlMs,
      state: publish,
      adopt,
      formerId: former,
    });
    if (isIn) {
      this.#beginning = undefined;
      this.#hasJoined = true;
      return { type: 'joined', lease: this.#leaseFrom(sentAtMs, { nodeId, published: publish }) };
    }
    throw new BotServerError(
      'store_locked',
      'Another process has the database alone, or a later version has migrated it; stop that process, or update this one',
    );
  }

  async #renew(publish: PublishedState, nodeId: string): Promise<NodeEvent> {
    const { repository, options } = this.#deps;
    const sentAtMs = this.#deps.nowMs();
    const isRenewed = await repository.renew(nodeId, { ttlMs: options.ttlMs, state: publish });
    if (!isRenewed) return { type: 'refused', nodeId };
    return { type: 'renewed', lease: this.#leaseFrom(sentAtMs, { nodeId, published: publish }) };
  }

  /** Counted from before it was sent: the database counts from later. */
  #leaseFrom(sentAtMs: number, lease: Pick<Lease, 'nodeId' | 'published'>): Lease {
    const { ttlMs, beatMs } = this.#deps.options;
    return { ...lease, deadlineMs: sentAtMs + ttlMs * LOCAL_SHARE_OF_TTL, renewAtMs: sentAtMs + beatMs };
  }
}
