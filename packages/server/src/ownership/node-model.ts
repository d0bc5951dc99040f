/** The words of node-state.ts: what a node may be, what happens to it, what it tells its followers, and its times. */
import { SHARD_COUNT } from '../team/shard.ts';
import { type GainedShard, MAX_SOCKET_SLOTS, type Shard } from './ownership.ts';

/** All in milliseconds, but for the counts. */
export interface LeaseOptions {
  /** How long a lease runs from its last renewal, by the database's clock: after a death nobody has the work for that long. @defaultValue 10000 */
  ttlMs?: number;
  /** Between two renewals. @defaultValue 2500 */
  beatMs?: number;
  /** Between two looks at the rows of nodes and shards: how late an orphan is found. @defaultValue 1000 */
  pollMs?: number;
  /** For one statement; must be below the beat, and ttlMs above the sum of both. @defaultValue 2000 */
  queryLimitMs?: number;
  /** How long a fenced node keeps what is open in its shards. @defaultValue 60000 */
  keepFencedMs?: number;
  /** How long the drain of a shard may take before it is given back all the same. @defaultValue 30000 */
  drainMs?: number;
  /** An orphan that nobody took for so long is anybody's, beyond the fair share. @defaultValue 2000 */
  patienceMs?: number;
  /**
   * A node that had to take back what it had given gives nothing for `patienceMs`, twice as long each time, for so long at
   * most. @defaultValue 30000
   */
  givePauseMs?: number;
  /** Shards that are on their way to another owner at the same time, in a planned move. @defaultValue 32 */
  movesAtOnce?: number;
  /**
   * Connections of teams that planned moves break at the same time, by all nodes; a shard with more moves alone. Half a second's
   * of those that a cluster makes by default: so long a team waits for its turn. @defaultValue 25
   */
  connectionsAtOnce?: number;
  /** How many shards of installations there are; other numbers are for tests. @defaultValue 256 */
  shards?: number;
  /** How many Socket Mode connections are shared out. @defaultValue 5 */
  socketSlots?: number;
}

export const leaseDefaults = {
  ttlMs: 10_000,
  beatMs: 2_500,
  pollMs: 1_000,
  queryLimitMs: 2_000,
  keepFencedMs: 60_000,
  drainMs: 30_000,
  patienceMs: 2_000,
  givePauseMs: 30_000,
  movesAtOnce: 32,
  connectionsAtOnce: 25,
  shards: SHARD_COUNT,
  socketSlots: MAX_SOCKET_SLOTS,
} as const satisfies Required<LeaseOptions>;

/**
 * The node's own deadline comes so much earlier than the database's: the rest is for clocks that run at different speeds, and
 * for what is on its way when the deadline passes.
 */
export const LOCAL_SHARE_OF_TTL = 0.9;

/** What other nodes see of this one. Only `ready` and `settling` nodes have a share; a `settling` one asks for no planned move. */
export type PublishedState = 'ready' | 'settling' | 'draining' | 'keyless';

export interface Lease {
  nodeId: string;
  /** From here on, on this process's clock, it must count as over. */
  deadlineMs: number;
  renewAtMs: number;
  published: PublishedState;
}

/**
 * - `held`: work goes on
 * - `draining`: nothing new is begun, what runs may end
 * - `releasing`: followers know that it is lost; the database does not yet
 */
export type Holding =
  | { epoch: number; phase: 'held' }
  | { epoch: number; phase: 'releasing'; isUnclean?: true }
  /** Since when. `ended`: what ran is over, and the lease too, or perhaps: what is open stays open until somebody knows. */
  | { epoch: number; phase: 'draining'; sinceMs: number; ended?: DrainedShard };

export interface OwnedShard {
  shard: Shard;
  epoch: number;
}

/** `isUnclean`: what became of its work could not be written, or it did not end; whoever has it next takes that for a death. */
export interface DrainedShard extends OwnedShard {
  isUnclean?: true;
}

/**
 * `draining`: an operator wishes it, for as long as the process lives. `stopping`: all must be given back by then; the lease, too,
 * when it `leaves`.
 */
export type Mode =
  | { kind: 'serving' }
  | { kind: 'draining' }
  | { kind: 'stopping'; allAtMs: number; endAtMs: number; leaves: boolean };

/** What a node keeps in mind, with a lease or without. */
export interface Books {
  holdings: ReadonlyMap<Shard, Holding>;
  mode: Mode;
  /** Fingerprints of keys with which tokens are sealed here, and which this node does not have; undefined before the first survey. */
  lacks: readonly string[] | undefined;
  /** Since when the orphans of the last survey were seen without an owner. */
  orphanedSinceMs: ReadonlyMap<Shard, number>;
  /** What the last survey says should be claimed. */
  claims: readonly Shard[];
  surveyAtMs: number;
  /** Shards that were given to others, and that nobody was seen to take yet. */
  given: ReadonlySet<Shard>;
  /** How many times in a row this node had to take back what it had given. */
  takenBack: number;
  noGiveBeforeMs: number;
  /** Whether another node could take what this one gives, by the last survey. */
  hasHeir: boolean;
  /** The epochs of the last survey, and of what was claimed since. They only grow, unless the database was taken back. */
  seen: ReadonlyMap<Shard, number>;
  /** What the last survey shows of this node or of nobody, under epochs that are over; see `disown`. */
  contested: readonly OwnedShard[];
}

/** See the diagram in node-state.ts. */
export type NodeState =
  | { kind: 'idle' }
  | { kind: 'joining' }
  | ({ kind: 'owning'; lease: Lease } & Books)
  | ({ kind: 'fenced'; lease: Lease | undefined; sinceMs: number } & Books)
  | { kind: 'stopped' };

/** A row of `node` that counts: its lease runs. */
export interface NodeFact {
  nodeId: string;
  state: PublishedState;
  isAskedToDrain: boolean;
}

/** A row of `shard`. */
export interface ShardFact {
  shard: Shard;
  owner: string | null;
  epoch: number;
  hadDied: boolean;
  unservedMs?: number;
  untoldMs?: number;
}

/** All rows at one moment, after the leases that are over were deleted. */
export interface Survey {
  nodes: readonly NodeFact[];
  shards: readonly ShardFact[];
}

export type NodeEvent =
  | { type: 'start' }
  | { type: 'joined'; lease: Lease }
  | { type: 'renewed'; lease: Lease }
  /** The row is gone or its time is over. */
  | { type: 'refused'; nodeId: string }
  | { type: 'surveyed'; nodeId: string; survey: Survey; lacks: readonly string[]; askedAtMs: number }
  | { type: 'claimed'; nodeId: string; shards: readonly GainedShard[] }
  /** Followers have ended what ran in these, or their time is over. */
  | { type: 'drained'; shards: readonly DrainedShard[] }
  | { type: 'released'; shards: readonly OwnedShard[] }
  /** A write under these epochs found others in the rows, so that nothing more may be begun under them. */
  | { type: 'contradicted'; shards: readonly OwnedShard[] }
  | { type: 'disowned' }
  /** Rows have changed, by NOTIFY. */
  | { type: 'woken' }
  /** Only time has passed. */
  | { type: 'passed' }
  | { type: 'stop'; graceMs: number; leaves: boolean }
  /** The row is deleted, or will expire by itself. */
  | { type: 'left' };

/** What followers are told, in this order. */
export type Tell =
  | { kind: 'gained'; shards: readonly GainedShard[] }
  | { kind: 'drain'; shards: readonly OwnedShard[]; limitMs: number }
  /** `isHandedOver`: by plan, and somebody is there to take them. */
  | { kind: 'lost'; shards: readonly Shard[]; isHandedOver?: true }
  /** What was lost before is free in the rows, or another's. */
  | { kind: 'released'; shards: readonly Shard[] }
  | { kind: 'fenced' }
  | { kind: 'resumed' };

export interface NodeEnv {
  /** On a clock that never goes back. */
  nowMs: number;
  options: Required<LeaseOptions>;
  /** How many connections a new owner of each shard has to make. @defaultValue none */
  connectionsByShard?: () => ReadonlyMap<Shard, number>;
}

/** The next statement for the database. One at a time, so that none meets an older one of this node. */
export type Query =
  | { kind: 'join'; adopt: readonly OwnedShard[]; publish: PublishedState }
  | { kind: 'renew'; publish: PublishedState }
  | { kind: 'release'; shards: readonly DrainedShard[] }
  /**
   * The database was taken back (a restore, a standby that lagged, rows that somebody changed): nobody knows who had these since, so they
   * are claimed anew, as after a death.
   */
  | { kind: 'disown'; shards: readonly OwnedShard[] }
  | { kind: 'claim'; shards: readonly Shard[] }
  | { kind: 'survey' }
  | { kind: 'leave' };
