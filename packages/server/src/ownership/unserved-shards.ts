/**
 * Since when the shards of this node were not served before it got them, so that it can tell what nobody heard. Only of
 * installations that were there by then, and once of each: later gaps are this node's own.
 */
import type { InstallationKey } from '../team/installation.ts';
import { shardOf } from '../team/shard.ts';
import type { Clock } from '../time/clock.ts';
import type { GainedShard, OwnershipFollower, Shard } from './ownership.ts';

interface Unserved {
  /** Wall clock of this process, whatever the database's says. */
  sinceMs: number;
  taken: Set<InstallationKey>;
}

/** One per process. */
export class UnservedShards implements OwnershipFollower {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #shards = new Map<Shard, Unserved>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  gained(gained: readonly GainedShard[]): void {
    for (const { shard, unservedMs } of gained) {
      if (unservedMs === undefined) this.#shards.delete(shard);
      else this.#shards.set(shard, { sinceMs: Math.round(this.#clock.now() - unservedMs), taken: new Set() });
    }
  }

  async drain(): Promise<void> {}

  lost(shards: readonly Shard[]): void {
    for (const shard of shards) this.#shards.delete(shard);
  }

  fenced(): void {}

  resumed(): void {}

  /** Since when nobody served the installation, before this node did; undefined unless it is new here and was there before. */
  take(key: InstallationKey, { installedAtMs }: { installedAtMs: number }): number | undefined {
    const unserved = this.#shards.get(shardOf(key));
    if (!unserved || unserved.taken.has(key)) return undefined;
    unserved.taken.add(key);
    return installedAtMs < unserved.sinceMs ? unserved.sinceMs : undefined;
  }
}
