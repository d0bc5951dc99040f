/** What the dispatcher asks of an inbox that several nodes share, beside what every inbox answers. Implemented by shared-inbox-repository.ts. */
import type { Shard } from '../../ownership/ownership.ts';
import type { TeamId } from '../../team/installation.ts';
import type { PageLimits, StoredEvent, Takeover } from '../stored-event.ts';

/**
 * A shard under one reign of its owner. What is written with it is written only while no newer epoch of the shard was issued; it
 * locks the row of the shard in share mode, so that a claim by another node waits for the write, or comes first and is seen.
 */
export interface Claim {
  readonly shard: Shard;
  readonly epoch: number;
}

/** A row on which somebody works. */
export interface ClaimedRow {
  seq: number;
  claim: Claim;
}

/** Ready events of a team, under one shard. */
export interface ReadyTeam {
  teamId: TeamId;
  shard: Shard;
  /** The one with the lowest number. */
  first: { seq: number; eventId: string };
}

/** What whoever looks for ready events knows of already. */
export interface KnownRows {
  /** Those in hand. */
  seqs: readonly number[];
  /** Those whose commit is not answered yet, by their event's id: they have no number, and may be in the table all the same. */
  ids: readonly string[];
}

export interface SharedInbox {
  /** How many ends of events were not written, because a newer epoch of their shard was issued. */
  readonly superseded: number;
  /** After the death of the owners before: unfinished events of these shards count one more attempt. Skips what has a newer epoch. */
  takeOver(claims: readonly Claim[]): Promise<Omit<Takeover, 'hadDied'>>;
  /** They were begun and will not be finished here: one more attempt. */
  handBack(rows: readonly ClaimedRow[]): Promise<void>;
  /**
   * Teams with ready events in these shards that are none of `except`. By all that is ready, each time: with several writers the order
   * of `seq` is not that of commits, so there is no number up to which everything was seen.
   */
  unseenTeams(shards: readonly Shard[], except: KnownRows): Promise<ReadyTeam[]>;
  /** Those of these events that are ready. */
  readyAmong(seqs: readonly number[], page: PageLimits): Promise<StoredEvent[]>;
  /**
   * The team's installation has another shard: its unfinished events but `except` get that one. Only their owner may say so:
   * whoever owns the other shard begins them. Answers which.
   */
  moveTeam(teamId: TeamId, move: { claim: Claim; to: Shard; except: readonly number[] }): Promise<number[]>;
}
