/** One owner for ever, for a store that one process has to itself: every shard is its own until the lock on the database is lost. */
import { randomUUID } from 'node:crypto';
import { SHARD_COUNT } from '../team/shard.ts';
import {
  FIRST_SOCKET_SLOT,
  type GainedShard,
  MAX_SOCKET_SLOTS,
  type Ownership,
  type OwnershipFollower,
  type OwnershipState,
  type Shard,
} from './ownership.ts';
import type { SignsOfLife } from './signs-of-life.ts';

/** There never is another owner, so the first epoch is the last. */
const EPOCH = 1;

/** What one process owns when it owns everything. */
const ALL_SHARDS: readonly Shard[] = Array.from(
  { length: FIRST_SOCKET_SLOT + MAX_SOCKET_SLOTS },
  (_, shard) => shard,
).filter((shard) => shard < SHARD_COUNT || shard >= FIRST_SOCKET_SLOT);

export interface SoleOwnerOptions {
  /** Whether the process before died while it served the database; known when this starts. @defaultValue false */
  hadDied?: () => boolean;
  /** Says since when nobody served the database. @defaultValue nobody knows */
  signs?: SignsOfLife | undefined;
}

/** Owns everything from `start` to `stop`. */
export class SoleOwner implements Ownership {
  readonly nodeId = `${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #followers: OwnershipFollower[] = [];
  readonly #hadDied: () => boolean;
  readonly #signs: SignsOfLife | undefined;
  #state: OwnershipState = 'idle';
  #isLost = false;

  constructor({ hadDied = () => false, signs }: SoleOwnerOptions = {}) {
    this.#hadDied = hadDied;
    this.#signs = signs;
  }

  get state(): OwnershipState {
    return this.#state;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Its key is checked at the start, and nobody else seals. */
  readonly missingKeys: readonly string[] = [];

  holdsLease(): boolean {
    return this.#state !== 'fenced';
  }

  owns(shard: Shard): boolean {
    return this.#state === 'owning' && shard < FIRST_SOCKET_SLOT + MAX_SOCKET_SLOTS;
  }

  epochOf(shard: Shard): number | undefined {
    const isHeld = this.#state === 'owning' || this.#state === 'draining';
    return isHeld && shard < FIRST_SOCKET_SLOT + MAX_SOCKET_SLOTS ? EPOCH : undefined;
  }

  follow(follower: OwnershipFollower): void {
    this.#followers.push(follower);
  }

  async noted(): Promise<void> {
    if (this.#state === 'owning' || this.#state === 'draining') await this.#signs?.noted();
  }

  async start(): Promise<void> {
    const { unservedMs, untoldMs, socketMs } = (await this.#signs?.begin()) ?? {};
    this.#state = 'owning';
    const hadDied = this.#hadDied();
    const gained = ALL_SHARDS.map((shard): GainedShard => {
      const times = shard < FIRST_SOCKET_SLOT ? { unservedMs, untoldMs } : { unservedMs: socketMs };
      return { shard, epoch: EPOCH, hadDied, ...onlyKnown(times) };
    });
    for (const follower of this.#followers) follower.gained(gained);
    if (this.#isLost) this.fence();
  }

  /**
   * The lock on the database is lost: another process may have it. Nothing brings it back but a restart, so that what is open is
   * closed, too: what comes there could not be stored, and would be missed by whoever has the lock now.
   */
  fence(): void {
    this.#isLost = true;
    if (this.#state !== 'owning') return;
    this.#state = 'fenced';
    void this.#signs?.end({ isLost: true });
    for (const follower of this.#followers) follower.fenced();
    for (const follower of this.#followers) follower.lost(ALL_SHARDS);
  }

  /** Nobody is there to take it: what is under way ends with the stop. */
  async drain(): Promise<void> {}

  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    if (this.#state === 'owning') {
      this.#state = 'draining';
      await Promise.all(this.#followers.map((follower) => follower.drain(ALL_SHARDS, { limitMs: graceMs })));
    }
    const wasOurs = this.#state === 'draining';
    const isTold = this.#state === 'fenced';
    this.#state = 'idle';
    if (isTold) return;
    for (const follower of this.#followers) follower.lost(ALL_SHARDS);
    if (wasOurs) await this.#signs?.end();
  }
}

function onlyKnown(times: { unservedMs: number | undefined; untoldMs?: number | undefined }) {
  const { unservedMs, untoldMs } = times;
  return { ...(unservedMs !== undefined && { unservedMs }), ...(untoldMs !== undefined && { untoldMs }) };
}
