/**
 * Ownership that a test hands out: shards go to this or that server, are drained, are lost after a death, and are fenced. It says what
 * the lease owner says on PostgreSQL, and nothing of how that knows. Epochs count up per shard, over all servers of a cluster.
 */
import {
  FIRST_SOCKET_SLOT,
  MAX_SOCKET_SLOTS,
  type Ownership,
  type OwnershipFollower,
  type OwnershipState,
  type Shard,
} from '../src/ownership/ownership.ts';
import { SHARD_COUNT } from '../src/team/shard.ts';

/** All that there is to own. */
export const ALL_SHARDS: readonly Shard[] = [
  ...Array.from({ length: SHARD_COUNT }, (_, shard) => shard),
  ...Array.from({ length: MAX_SOCKET_SLOTS }, (_, n) => FIRST_SOCKET_SLOT + n),
];

export interface GiveOptions {
  hadDied?: boolean;
  unservedMs?: number;
}

/** What the database would know: who has which shard, under which epoch. */
export class ScriptedCluster {
  readonly #epochs = new Map<Shard, number>();
  readonly #owners = new Map<Shard, ScriptedOwnership>();
  /** Told of each owner that a shard gets, before it learns of that. */
  readonly #onOwner: (shard: Shard, epoch: number, nodeId: string) => Promise<void>;

  constructor(onOwner: (shard: Shard, epoch: number, nodeId: string) => Promise<void> = async () => {}) {
    this.#onOwner = onOwner;
  }

  node(nodeId: string): ScriptedOwnership {
    return new ScriptedOwnership(nodeId);
  }

  /** Gives free shards to a node. */
  async give(
    node: ScriptedOwnership,
    shards: readonly Shard[],
    { hadDied = false, unservedMs }: GiveOptions = {},
  ): Promise<void> {
    const gained = [];
    for (const shard of shards) {
      const epoch = (this.#epochs.get(shard) ?? 0) + 1;
      this.#epochs.set(shard, epoch);
      this.#owners.set(shard, node);
      await this.#onOwner(shard, epoch, node.nodeId);
      gained.push({ shard, epoch, hadDied, ...(unservedMs !== undefined && { unservedMs }) });
    }
    node.gain(gained);
  }

  /** A planned move: the owner drains, lets go, and then the other one begins. */
  async move(shards: readonly Shard[], to: ScriptedOwnership, { unservedMs }: GiveOptions = {}): Promise<void> {
    for (const from of new Set(shards.map((shard) => this.#owners.get(shard)))) {
      if (!from || from === to) continue;
      const theirs = shards.filter((shard) => this.#owners.get(shard) === from);
      await from.release(theirs);
      await this.give(to, theirs, { ...(unservedMs !== undefined && { unservedMs }) });
    }
  }

  /** The lease of a fenced node is over for the database: another takes its shards, and the node does not know yet. */
  async takeFrom(dead: ScriptedOwnership, to: ScriptedOwnership, options: GiveOptions = {}): Promise<void> {
    await this.give(to, this.shardsOf(dead), { hadDied: true, ...options });
  }

  shardsOf(node: ScriptedOwnership): Shard[] {
    return ALL_SHARDS.filter((shard) => this.#owners.get(shard) === node);
  }
}

/** The ownership of one server. */
export class ScriptedOwnership implements Ownership {
  readonly nodeId: string;
  readonly missingKeys = [];
  readonly #followers: OwnershipFollower[] = [];
  readonly #epochs = new Map<Shard, number>();
  readonly #draining = new Set<Shard>();
  #state: OwnershipState = 'idle';
  #first: Parameters<OwnershipFollower['gained']>[0] = [];

  constructor(nodeId: string) {
    this.nodeId = nodeId;
  }

  get state(): OwnershipState {
    return this.#state;
  }

  holdsLease(): boolean {
    return this.#state !== 'fenced';
  }

  owns(shard: Shard): boolean {
    return this.#state === 'owning' && this.#epochs.has(shard) && !this.#draining.has(shard);
  }

  epochOf(shard: Shard): number | undefined {
    return this.#epochs.get(shard);
  }

  follow(follower: OwnershipFollower): void {
    this.#followers.push(follower);
  }

  async start(): Promise<void> {
    this.#state = 'owning';
    this.gain(this.#first);
  }

  /** The test says who takes what. */
  async drain(): Promise<void> {}

  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    if (this.#state === 'owning') await this.#drain([...this.#epochs.keys()], graceMs);
    this.#lose([...this.#epochs.keys()]);
    this.#state = 'idle';
  }

  gain(gained: Parameters<OwnershipFollower['gained']>[0]): void {
    if (this.#state === 'idle') {
      this.#first = [...this.#first, ...gained];
      return;
    }
    for (const { shard, epoch } of gained) this.#epochs.set(shard, epoch);
    for (const follower of this.#followers) follower.gained(gained);
  }

  async release(shards: readonly Shard[]): Promise<void> {
    await this.#drain(shards, 30_000);
    this.#lose(shards, { isHandedOver: true });
    for (const follower of this.#followers) follower.released?.(shards);
  }

  /** The lease may be over. */
  fence(): void {
    this.#state = 'fenced';
    for (const follower of this.#followers) follower.fenced();
  }

  /** It was not. */
  resume(): void {
    this.#state = 'owning';
    for (const follower of this.#followers) follower.resumed();
  }

  /** It was, and what it had is another's. The node takes part again, with nothing. */
  loseAll(): void {
    this.#lose([...this.#epochs.keys()]);
    this.#state = 'owning';
  }

  async #drain(shards: readonly Shard[], limitMs: number): Promise<void> {
    for (const shard of shards) this.#draining.add(shard);
    await Promise.all(this.#followers.map((follower) => follower.drain(shards, { limitMs })));
  }

  #lose(shards: readonly Shard[], options = { isHandedOver: false }): void {
    for (const shard of shards) {
      this.#epochs.delete(shard);
      this.#draining.delete(shard);
    }
    for (const follower of this.#followers) follower.lost(shards, options);
  }
}
