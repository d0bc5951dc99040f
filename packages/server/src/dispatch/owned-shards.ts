/**
 * Which shards this process hands events out of, as ownership says: from when a shard was taken over until it is drained or lost.
 * What that means for events in hand is shared-work.ts. Where one process has the inbox to itself, all are its own and need no claim.
 *
 *   gained ──(hadDied: one attempt more for what is unfinished, written)──▶ open ──drain──▶ closing ──lost──▶ –
 */
import type { Settlements } from '../inbox/settlements.ts';
import type { Claim, SharedInbox } from '../inbox/shared/shared-inbox.ts';
import type { Takeover } from '../inbox/stored-event.ts';
import type { GainedShard, Ownership, OwnershipFollower, Shard } from '../ownership/ownership.ts';
import { SHARD_COUNT } from '../team/shard.ts';
import type { Clock } from '../time/clock.ts';

export interface OwnedShardsDeps {
  /** @defaultValue everything is this process's own */
  ownership: Pick<Ownership, 'owns'> | undefined;
  /** Undefined where one process has the inbox to itself. */
  shared: Pick<SharedInbox, 'takeOver'> | undefined;
  clock: Pick<Clock, 'sleep'>;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** What is told of them, beside OwnershipFollower. */
export interface ShardEvents {
  /** Their events may be handed out. */
  opened(shards: readonly Shard[]): void;
  closing: OwnershipFollower['drain'];
  lost(shards: ReadonlySet<Shard>): void;
  fenced(): void;
  resumed(): void;
}

/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

/** One per dispatcher. */
export class OwnedShards {
  readonly #deps: OwnedShardsDeps;
  /** Everything that is this node's, also what is not taken over yet or to be given back. */
  readonly #claims = new Map<Shard, Claim>();
  readonly #open = new Map<Shard, Claim>();

  constructor(deps: OwnedShardsDeps) {
    this.#deps = deps;
  }

  /** Whether an event of the shard may begin now. */
  mayBegin(shard: Shard): boolean {
    const { ownership, shared } = this.#deps;
    if (shared && !this.#open.has(shard)) return false;
    return ownership?.owns(shard) ?? true;
  }

  /** With what events of the shard may be taken in hand now; undefined as well where none is needed. */
  claimOf(shard: Shard | undefined): Claim | undefined {
    const claim = shard === undefined ? undefined : this.#open.get(shard);
    return claim && this.#deps.ownership?.owns(claim.shard) !== false ? claim : undefined;
  }

  /** Whether what was taken in hand with the claim is still this node's. */
  isCurrent(claim: Claim | undefined): boolean {
    return claim === undefined || this.#claims.get(claim.shard) === claim;
  }

  /** Whether the shard is this node's, although its events may not begin now. */
  has(shard: Shard): boolean {
    return this.#claims.has(shard);
  }

  /** Those of which events may begin now. */
  open(): Shard[] {
    return Array.from(this.#open.keys()).filter((shard) => this.mayBegin(shard));
  }

  /** Takes part in ownership. Slots for sockets have no events. */
  follower(events: ShardEvents): OwnershipFollower {
    const { shared } = this.#deps;
    return {
      gained: (gained) => this.#gained(gained, events),
      drain: async (shards, options) => {
        for (const shard of shards) this.#open.delete(shard);
        await events.closing(shards.filter(isOfEvents), options);
      },
      lost: (shards) => {
        for (const shard of shards) {
          this.#open.delete(shard);
          this.#claims.delete(shard);
        }
        if (shared) events.lost(new Set(shards));
      },
      fenced: () => events.fenced(),
      resumed: () => events.resumed(),
    };
  }

  #gained(gained: readonly GainedShard[], events: ShardEvents): void {
    if (!this.#deps.shared) return;
    const died: Claim[] = [];
    const clean: Claim[] = [];
    for (const { shard, epoch, hadDied } of gained.filter((one) => isOfEvents(one.shard))) {
      const claim = { shard, epoch };
      this.#claims.set(shard, claim);
      (hadDied ? died : clean).push(claim);
    }
    this.#begin(clean, events);
    if (died.length > 0) void this.#takeOver(died, events);
  }

  /** Until it is written, or they are lost. */
  async #takeOver(died: readonly Claim[], events: ShardEvents): Promise<void> {
    for (let claims = died; claims.length > 0; claims = claims.filter((claim) => this.isCurrent(claim))) {
      try {
        const left = await this.#deps.shared?.takeOver(claims);
        if (left) this.#tell(left, claims);
        return this.#begin(claims, events);
      } catch (error) {
        this.#deps.log.error(
          { err: error, shards: claims.length },
          'events of a node that died not taken over, tried again',
        );
        await this.#deps.clock.sleep(RETRY_MS);
      }
    }
  }

  #tell({ unfinished, poisoned }: Omit<Takeover, 'hadDied'>, claims: readonly Claim[]): void {
    if (unfinished === 0 && poisoned === 0) return;
    this.#deps.log.info({ shards: claims.length, unfinished, poisoned }, 'events of a node that died taken over');
  }

  #begin(claims: readonly Claim[], events: ShardEvents): void {
    const current = claims.filter((claim) => this.isCurrent(claim));
    for (const claim of current) this.#open.set(claim.shard, claim);
    if (current.length > 0) events.opened(current.map(({ shard }) => shard));
  }
}

function isOfEvents(shard: Shard): boolean {
  return shard < SHARD_COUNT;
}

/** Where one process has the inbox to itself, shards neither come nor go; but the lock on the store may be lost. */
export function pausing(settlements: Pick<Settlements, 'pause' | 'resume'>): ShardEvents {
  const nothing = () => {};
  return {
    opened: nothing,
    closing: () => Promise.resolve(),
    lost: nothing,
    fenced: () => settlements.pause(),
    resumed: () => settlements.resume(),
  };
}
