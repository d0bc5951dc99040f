/**
 * Brings the installations of this process in line with what it owns: those of a shard that it gains are followed anew, from the
 * rows as they are then; those that it loses are closed and left to others.
 */
import type { GainedShard, OwnershipFollower, Shard } from '../ownership/ownership.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';
import type { Follower } from './follower.ts';
import type { Roster } from './roster.ts';

export interface OwnedRowsDeps {
  roster: Pick<Roster, 'keys' | 'keysIn'>;
  follower: Pick<Follower, 'moved' | 'released'>;
  /** Has the rows told once more, as they are now. */
  tellAgain(keys: readonly InstallationKey[]): void;
  /** Resolves when no judging of these installations is under way. */
  settled(keys: readonly InstallationKey[]): Promise<void>;
  /** A node has died whose shards came: what it left half done that has no row of an installation. */
  ownerDied(): void;
  clock: Clock;
}

/** One per process. */
export class OwnedRows implements OwnershipFollower {
  readonly #deps: OwnedRowsDeps;

  constructor(deps: OwnedRowsDeps) {
    this.#deps = deps;
  }

  gained(gained: readonly GainedShard[]): void {
    this.#deps.tellAgain(this.#deps.roster.keysIn(gained.map(({ shard }) => shard)));
    if (gained.some(({ hadDied }) => hadDied)) this.#deps.ownerDied();
  }

  /** Nothing is begun any more. The connections stay until the shards are lost, so that the time without one is as short as can be. */
  async drain(shards: readonly Shard[], { limitMs }: { limitMs: number }): Promise<void> {
    const { roster, follower, clock } = this.#deps;
    const keys = roster.keysIn(shards);
    for (const key of keys) follower.moved(key);
    await within(this.#deps.settled(keys), { clock, limitMs, late: () => undefined });
  }

  lost(shards: readonly Shard[], options = { isHandedOver: false }): void {
    for (const key of this.#deps.roster.keysIn(shards)) this.#deps.follower.moved(key, options);
  }

  released(shards: readonly Shard[]): void {
    for (const key of this.#deps.roster.keysIn(shards)) this.#deps.follower.released(key);
  }

  fenced(): void {
    for (const key of this.#deps.roster.keys()) this.#deps.follower.moved(key);
  }

  /** What was due meanwhile was left out, so the rows say once more what is. */
  resumed(): void {
    const keys = Array.from(this.#deps.roster.keys());
    for (const key of keys) this.#deps.follower.moved(key);
    this.#deps.tellAgain(keys);
  }
}
