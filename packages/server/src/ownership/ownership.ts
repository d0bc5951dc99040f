/**
 * Which part of the work is this process's: the interface that everything with one owner in the cluster follows (RTM connections,
 * reading the inbox, Socket Mode slots, refreshes, probes, per-team jobs, hooks of rows). The embedded store has one owner for ever
 * (sole-owner.ts); on PostgreSQL nodes share by leases.
 */

/**
 * A part of the work. 0 to 255: the installations whose key hashes to it (team/shard.ts). From `FIRST_SOCKET_SLOT` on: the
 * right to one Socket Mode connection of the app.
 */
export type Shard = number;

export const FIRST_SOCKET_SLOT: Shard = 256;

/** Slack allows 10 connections of an app, and while all refresh each has a successor beside it. (docs.slack.dev, Socket Mode) */
export const MAX_SOCKET_SLOTS = 5;

/** A shard that became this node's. */
export interface GainedShard {
  shard: Shard;
  /** Counts the owners of the shard, over all nodes; issued by the database with the claim. Writes that depend on owning it carry it. */
  epoch: number;
  /** Its owner before died or was cut off, so that what it had begun may be half done; false when it gave the shard back, or there was none. */
  hadDied: boolean;
  /** For how long nobody had served it, in milliseconds; after a death since the last sign of life. @defaultValue nobody knows, or it is new */
  unservedMs?: number;
  /**
   * The same, before an earlier owner which died before rows of installations said it: not less than `unservedMs`.
   * @defaultValue nobody knows, or rows say it
   */
  untoldMs?: number;
}

/** What follows ownership. Called in order, one call after the other; none may throw. */
export interface OwnershipFollower {
  /** The shards are this node's: begin. */
  gained(shards: readonly GainedShard[]): void;
  /**
   * They are to be given back: begin nothing more in them. Resolves when what is under way there has ended and is written, after
   * `limitMs` milliseconds at the latest; then another node may take them. Rejects when what became of it could not be written: whoever
   * has them next takes that for a death.
   */
  drain(shards: readonly Shard[], options: { limitMs: number }): Promise<void>;
  /**
   * They are no longer this node's: given back, or another has them. Close what is open for them, forget what is in hand, write nothing.
   * @param options `isHandedOver`: given back by plan, for another node to take as soon as the rows say so: see `released`
   */
  lost(shards: readonly Shard[], options?: { isHandedOver: boolean }): void;
  /**
   * The rows say it: what was lost before is free, or another's. Not told when this process leaves, or has no lease for long.
   * @defaultValue nobody waits for it
   */
  released?(shards: readonly Shard[]): void;
  /** The lease may be over: nothing of any shard is begun, sent or written until `resumed` or `lost`. What is open may stay open. */
  fenced(): void;
  /** The lease was renewed with these shards under their old epochs: go on. Whatever else was owned is told as lost before. */
  resumed(): void;
}

/**
 * - `idle`: before the start, and after the stop
 * - `owning`: the lease runs (this node may have no shard yet)
 * - `fenced`: the lease is or may be over; see OwnershipFollower.fenced
 * - `draining`: gives everything back, takes nothing
 */
export type OwnershipState = 'idle' | 'owning' | 'fenced' | 'draining';

export interface Ownership {
  /** This process in the rows; another one after each lease that was lost. */
  readonly nodeId: string;
  readonly state: OwnershipState;
  /** Fingerprints of keys with which tokens are sealed here and which this process does not have: it takes no shard until it does. */
  readonly missingKeys: readonly string[];
  /** Whether nothing but a restart ends that it is fenced. @defaultValue false */
  readonly isLost?: boolean;
  /** Time since the lease was renewed, in milliseconds; undefined where there is none. */
  readonly leaseAgeMs?: number | undefined;
  /** Whether anything may be sent for any team now: false past the node's own deadline, and from the lock's loss on. Compares clocks: cheap. */
  holdsLease(): boolean;
  /** Whether work of the shard may begin, be sent and be written now. Asked on every event: answers from memory. */
  owns(shard: Shard): boolean;
  /** The epoch under which this node owns, drains or (fenced) owned the shard; undefined when it is not its own. */
  epochOf(shard: Shard): number | undefined;
  /**
   * A write under these epochs found others in the rows: by another owner, whom this node has not seen yet, or because the database was
   * taken back. They are told as lost at once. @defaultValue epochs do not change
   */
  contradicted?(owned: readonly { shard: Shard; epoch: number }[]): void;
  /**
   * Rows say since when nobody had served these shards before: whoever has them next need not tell of it. Until then that one is told of it
   * (`untoldMs`), when this process dies. @throws BotServerError `store_unavailable` @defaultValue nobody keeps since when
   */
  noted?(shards: readonly { shard: Shard; epoch: number }[]): Promise<void>;
  /** Before `start`. */
  follow(follower: OwnershipFollower): void;
  /** Takes part. Shards come through the followers, the first ones before this resolves when nobody else has them. */
  start(): Promise<void>;
  /**
   * Drains for `graceMs` milliseconds at most and gives everything back to other nodes, at the pace at which they take it while
   * there is time for that. Keeps the lease: what is no shard's may still be sent. Does nothing where no other node can take it.
   */
  drain(options: { graceMs: number }): Promise<void>;
  /** Drains for `graceMs` milliseconds at most, gives everything back, and takes part no more. */
  stop(options: { graceMs: number }): Promise<void>;
}
