/** Counts what becomes of the shards of this process: how many there are, how they came, and when it was fenced. */
import type { Counters } from '../observability/metrics/counters.ts';
import type { GainedShard, OwnershipFollower, Shard } from '../ownership/ownership.ts';

export class ShardCounter implements OwnershipFollower {
  readonly #counters: Pick<Counters, 'fences' | 'shardsGained' | 'shardsLost'>;
  readonly #owned = new Set<Shard>();

  constructor(counters: Pick<Counters, 'fences' | 'shardsGained' | 'shardsLost'>) {
    this.#counters = counters;
  }

  get owned(): number {
    return this.#owned.size;
  }

  gained(shards: readonly GainedShard[]): void {
    for (const { shard, hadDied } of shards) {
      this.#owned.add(shard);
      this.#counters.shardsGained.add(hadDied ? 'takeover' : 'given');
    }
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  lost(shards: readonly Shard[]): void {
    for (const shard of shards) if (this.#owned.delete(shard)) this.#counters.shardsLost.add();
  }

  fenced(): void {
    this.#counters.fences.add();
  }

  resumed(): void {}
}
