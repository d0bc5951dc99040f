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
  ownership: Pick<Ownership, 'noted' | 'owns'>;
  /** Whether all that is to be in rows of installations is written. */
  readonly isWritten: () => Promise<boolean>;
  clock: Pick<Clock, 'now'>;
  log: { warn(facts: object, message: string): void };
}

interface Unserved {
  gained: GainedShard;
  /** Since when, the earliest first: wall clock of this process, whatever the database's says. */
  sinceMs: readonly number[];
  taken: Set<InstallationKey>;
  /**
   * - `unread`: not all of its installations were followed
   * - `followed`: they were, and what that brought may not be written yet
   * - `noted`: the row of the shard keeps nothing
   */
  kept: 'unread' | 'followed' | 'noted';
}

/** One per process. */
export class UnservedShards implements OwnershipFollower {
  readonly #deps: UnservedShardsDeps;
  readonly #shards = new Map<Shard, Unserved>();
  #noting: Promise<void> | undefined;
  #isFailing = false;
  #isStopped = false;

  constructor(deps: UnservedShardsDeps) {
    this.#deps = deps;
  }

  gained(gained: readonly GainedShard[]): void {
    const nowMs = this.#deps.clock.now();
    for (const one of gained) {
      const times = [one.untoldMs, one.unservedMs].filter((ms) => ms !== undefined);
      const sinceMs = times.map((ms) => Math.round(nowMs - ms)).sort((a, b) => a - b);
      this.#shards.set(one.shard, { gained: one, sinceMs, taken: new Set(), kept: 'unread' });
    }
  }

  /** What is followed is written by then, so that the next owner does not tell it as well. */
  async drain(shards: readonly Shard[]): Promise<void> {
    const isWaiting = () => shards.some((shard) => this.#shards.get(shard)?.kept === 'followed');
    // What is being noted was begun before; these may not be among it.
    for (let notes = 0; notes < 2 && isWaiting(); notes++) await this.#note();
  }

  lost(shards: readonly Shard[]): void {
    for (const shard of shards) this.#shards.delete(shard);
  }

  fenced(): void {}

  /** The database may have been taken back to before it was noted. */
  resumed(): void {
    for (const unserved of this.#shards.values()) unserved.kept = 'unread';
  }

  /** Since when nobody served the installation, before this node did; undefined unless it is new here and was there before. */
  take(key: InstallationKey, { installedAtMs }: { installedAtMs: number }): number | undefined {
    const unserved = this.#shards.get(shardOf(key));
    if (!unserved || unserved.taken.has(key)) return undefined;
    unserved.taken.add(key);
    return unserved.sinceMs.find((sinceMs) => installedAtMs < sinceMs);
  }

  /**
   * All installations were followed, but these. What cannot be written now is written when this is told once more. Those that were followed
   * while their shard was not to be worked on were told of nothing.
   */
  followed(except: ReadonlySet<InstallationKey>): void {
    const unread = new Set<Shard>();
    for (const key of except) {
      const unserved = this.#shards.get(shardOf(key));
      // One that could not be followed further was told all the same.
      if (unserved && unserved.sinceMs.length > 0 && !unserved.taken.has(key)) unread.add(unserved.gained.shard);
    }
    for (const [shard, unserved] of this.#shards) {
      const isFollowed = unserved.kept === 'unread' && !unread.has(shard) && this.#deps.ownership.owns(shard);
      if (isFollowed) unserved.kept = 'followed';
    }
    if (this.#followed().length > 0) void this.#note();
  }

  /** Notes what it can, and then writes nothing more. */
  async stop(): Promise<void> {
    await this.drain(Array.from(this.#shards.keys()));
    this.#isStopped = true;
    await this.#noting;
  }

  #followed(): Unserved[] {
    return Array.from(this.#shards.values()).filter(({ kept }) => kept === 'followed');
  }

  async #note(): Promise<void> {
    this.#noting ??= this.#noteAll().finally(() => {
      this.#noting = undefined;
    });
    await this.#noting;
  }

  async #noteAll(): Promise<void> {
    const { ownership, isWritten, log } = this.#deps;
    if (this.#isStopped) return;
    const shards = this.#followed();
    try {
      if (!(await isWritten())) return;
      await ownership.noted?.(shards.map(({ gained }) => gained));
      for (const unserved of shards) unserved.kept = 'noted';
      this.#isFailing = false;
    } catch (err) {
      if (!this.#isFailing) log.warn({ err }, 'that rows say since when nobody served their shards is not written yet');
      this.#isFailing = true;
    }
  }
}
