/** Drains the shards that a node gives back, and says which are ready for another one. */
import type { Clock, Timer } from '../time/clock.ts';
import { within } from '../time/within.ts';
import type { DrainedShard, OwnedShard } from './node-model.ts';
import type { OwnershipFollower } from './ownership.ts';

/** What a follower may be late with its drain, in milliseconds, before it is given back all the same. */
const DRAIN_SLACK_MS = 500;
/** What has ended within so long is given back by one statement, in milliseconds. */
const DRAINED_TOGETHER_MS = 5;

export interface ShardDrainsDeps {
  clock: Clock;
  followers: readonly OwnershipFollower[];
  readonly onDrained: (shards: readonly DrainedShard[]) => void;
}

/** One per node. */
export class ShardDrains {
  readonly #deps: ShardDrainsDeps;
  readonly #drained: DrainedShard[] = [];
  #telling: Timer | undefined;

  constructor(deps: ShardDrainsDeps) {
    this.#deps = deps;
  }

  /** Each shard by itself: a listener that takes its time in one holds up no other. */
  begin(shards: readonly OwnedShard[], limitMs: number): void {
    for (const owned of shards) void this.#drain(owned, limitMs);
  }

  /** What is drained from now on nobody is told of. */
  stop(): void {
    this.#telling?.cancel();
  }

  async #drain(owned: OwnedShard, limitMs: number): Promise<void> {
    const { clock, followers } = this.#deps;
    const drained = Promise.allSettled(
      followers.map(async (follower) => await follower.drain([owned.shard], { limitMs })),
    );
    const ends = await within(drained, { clock, limitMs: limitMs + DRAIN_SLACK_MS, late: () => undefined });
    const isClean = ends?.every(({ status }) => status === 'fulfilled') ?? false;
    this.#drained.push({ ...owned, ...(!isClean && { isUnclean: true }) });
    this.#telling ??= clock.after(DRAINED_TOGETHER_MS, () => this.#tell());
  }

  #tell(): void {
    this.#telling = undefined;
    this.#deps.onDrained(this.#drained.splice(0));
  }
}
