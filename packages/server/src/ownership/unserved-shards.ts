/**
 * Since when the shards of this node were not served before it got them, so that it can tell what nobody heard. Only of
 * installations that were there by then, and once of each: later gaps are this node's own. Until rows of installations say it, those
 * of the shards keep it: a node that dies between the two must not take it along.
 */
import type { InstallationKey } from '../team/installation.ts';
import { shardOf } from '../team/shard.ts';
import type { Clock } from '../time/clock.ts';
import type { GainedShard, Ownership, OwnershipFollower, Shard } from './ownership.ts';

export interface UnservedShardsDeps {
  ownership: Pick<Ownership, 'noted'>;
  /** Whether all that is to be in rows of installations is written. */
  isWritten(): Promise<boolean>;
  clock: Pick<Clock, 'now'>;
  log: { warn(facts: object, message: string): void };
}

interface Unserved {
  /** Wall clock of this process, whatever the database's says. */
  sinceMs: number;
  taken: Set<InstallationKey>;
}

/** One per process. */
export class UnservedShards implements OwnershipFollower {
  readonly #deps: UnservedShardsDeps;
  readonly #shards = new Map<Shard, Unserved>();
  /** Of which the rows of shards still keep it, by shard. */
  readonly #kept = new Map<Shard, GainedShard>();
  #isNoting = false;

  constructor(deps: UnservedShardsDeps) {
    this.#deps = deps;
  }

  gained(gained: readonly GainedShard[]): void {
    for (const one of gained) {
      const { shard, unservedMs } = one;
      this.#kept.set(shard, one);
      if (unservedMs === undefined) this.#shards.delete(shard);
      else this.#shards.set(shard, { sinceMs: Math.round(this.#deps.clock.now() - unservedMs), taken: new Set() });
    }
  }

  async drain(): Promise<void> {}

  lost(shards: readonly Shard[]): void {
    for (const shard of shards) {
      this.#shards.delete(shard);
      this.#kept.delete(shard);
    }
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

  /** All installations of the shards that came were followed, but these. What cannot be written now is written when this is told once more. */
  followed(except: ReadonlySet<InstallationKey>): void {
    if (this.#kept.size === 0 || this.#isNoting) return;
    const unfinished = new Set(Array.from(except, shardOf));
    const shards = Array.from(this.#kept.values()).filter(({ shard }) => !unfinished.has(shard));
    if (shards.length > 0) void this.#note(shards);
  }

  async #note(shards: readonly GainedShard[]): Promise<void> {
    const { ownership, isWritten, log } = this.#deps;
    this.#isNoting = true;
    try {
      if (!(await isWritten())) return;
      await ownership.noted?.(shards);
      for (const one of shards) if (this.#kept.get(one.shard) === one) this.#kept.delete(one.shard);
    } catch (err) {
      log.warn({ err }, 'that the time before this node was told is not written yet');
    } finally {
      this.#isNoting = false;
    }
  }
}
