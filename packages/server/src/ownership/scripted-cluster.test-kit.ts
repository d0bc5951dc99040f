/** Ownership by script: shards go from node to node as a test says. Epochs are issued by the rows, as by leases. PostgreSQL only. */
import type { Store } from '../store/store.ts';
import { SHARD_COUNT } from '../team/shard.ts';
import type { GainedShard, Ownership, OwnershipFollower, OwnershipState, Shard } from './ownership.ts';

export const ALL_SHARDS: readonly Shard[] = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

/** Takes what it is told to take. */
export class ScriptedNode implements Pick<Ownership, 'owns' | 'epochOf'> {
  readonly #store: Store;
  readonly #followers: OwnershipFollower[] = [];
  readonly #owned = new Map<Shard, number>();
  readonly #draining = new Set<Shard>();
  state: OwnershipState = 'owning';

  constructor(store: Store) {
    this.#store = store;
  }

  owns(shard: Shard): boolean {
    return this.state === 'owning' && this.#owned.has(shard) && !this.#draining.has(shard);
  }

  epochOf(shard: Shard): number | undefined {
    return this.#owned.get(shard);
  }

  get shards(): Shard[] {
    return Array.from(this.#owned.keys());
  }

  follow(follower: OwnershipFollower): void {
    this.#followers.push(follower);
  }

  /** Claims shards, whoever has them. */
  async take(shards: readonly Shard[], { hadDied = false } = {}): Promise<void> {
    if (shards.length === 0) return;
    const sql = `update shard set epoch = epoch + 1 where shard = any($1::integer[]) returning shard, epoch`;
    const rows = await this.#store.all(sql, [`{${shards.join(',')}}`]);
    const gained = rows.map((row): GainedShard => ({ shard: Number(row.shard), epoch: Number(row.epoch), hadDied }));
    for (const { shard, epoch } of gained) this.#owned.set(shard, epoch);
    for (const follower of this.#followers) follower.gained(gained);
  }

  /** Gives shards back. @returns whether the next owner need not take it for a death */
  async giveBack(shards: readonly Shard[], { limitMs = 30_000 } = {}): Promise<boolean> {
    for (const shard of shards) this.#draining.add(shard);
    const ends = await Promise.allSettled(this.#followers.map((follower) => follower.drain(shards, { limitMs })));
    this.lose(shards);
    return ends.every(({ status }) => status === 'fulfilled');
  }

  /** They are another's. */
  lose(shards: readonly Shard[] = this.shards): void {
    for (const shard of shards) {
      this.#owned.delete(shard);
      this.#draining.delete(shard);
    }
    for (const follower of this.#followers) follower.lost(shards);
  }

  fence(): void {
    this.state = 'fenced';
    for (const follower of this.#followers) follower.fenced();
  }

  /** The lease was renewed; or it was lost, and another one was issued. */
  resume(): void {
    this.state = 'owning';
    if (this.#owned.size > 0) for (const follower of this.#followers) follower.resumed();
  }
}
