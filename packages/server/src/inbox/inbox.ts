/** The stored events, as the dispatcher and the command line see them. Implemented by inbox-repository.ts. */
import type { Shard } from '../ownership/ownership.ts';
import type { Envelope } from './envelope.ts';
import type { Claim, SharedInbox } from './shared/shared-inbox.ts';
import type { PageLimits, StoredEvent, Takeover } from './stored-event.ts';

/**
 * - `ready`: to be handed out in the order of `seq`
 * - `retry`: out of order, due at `runAtMs`
 * - `done`: handled; only the id is kept, so that a redelivery is recognised
 * - `failed`: a listener failed; kept with its payload for replay
 */
export type InboxState = 'ready' | 'retry' | 'done' | 'failed';

/** The longest wait before a retry, in milliseconds. What is planned further ahead was planned by a clock that was ahead. */
export const RETRY_MAX_MS = 3_600_000;

/** Why an event failed. `message` holds no secret. */
export interface EventFailure {
  code: string;
  message: string;
  /** Where in the code of the bot it broke, for example `bot.ts:12:5`; null when nothing says it. @defaultValue null */
  at?: string | null;
  /** The span of the attempt, to which the next one links; undefined when nothing was traced. */
  traceparent?: string | undefined;
}

/** An event as an operator sees it. */
export interface InboxEntry {
  seq: number;
  eventId: string;
  teamId: string;
  type: string;
  state: InboxState;
  /** How often it was begun, or may have been. */
  attempts: number;
  error: EventFailure | null;
  receivedAtMs: number;
}

export interface InboxFilter {
  /** `not_done`: ready, retry and failed. */
  state?: InboxState | 'not_done';
  teamId?: string;
  type?: string;
  /** Only newer than this. */
  afterSeq?: number;
  limit: number;
}

/** What goes along with new events. */
export interface InsertOptions {
  /** Rows to finish in the same commit. */
  finish?: readonly number[];
  /** Of each of those, where several nodes share the inbox. */
  claims?: readonly Claim[];
  /** Whether the event will have to wait for long: its team is busy, or may not get it now. */
  waits?: (envelope: Envelope) => boolean;
}

/** Which ready events of a team. */
export interface ReadyPage extends PageLimits {
  /** Only with this shard. PostgreSQL only. */
  shard?: Shard | undefined;
  /** Not these. PostgreSQL only. */
  except?: readonly number[];
}

export interface Inbox {
  /** Whether commits that were asked for one after the other are made and answered in that order. */
  readonly answersInOrder: boolean;
  /** Undefined where one process has the inbox to itself. */
  readonly shared: SharedInbox | undefined;
  /** Commits the events in one transaction. Answers the `seq` of those that were not known before, by event id. */
  insert(envelopes: readonly Envelope[], options?: InsertOptions): Promise<Map<string, number>>;
  /** Puts in order what is not finished after seconds. Wants to be called each second. */
  tidy(): Promise<void>;
  /** Makes this process the one that hands out. After a death unfinished events count one more attempt. */
  takeOver(owner: string): Promise<Takeover>;
  /** Ends that; the events that were begun and not finished count one more attempt. */
  release(owner: string, begun: readonly number[]): Promise<void>;
  /** Teams with ready events. */
  teamsWithReady(): Promise<string[]>;
  /** Ready events of a team, oldest first. */
  ready(teamId: string, options: ReadyPage): Promise<StoredEvent[]>;
  /** Events that are due out of order, oldest first. */
  due(options: PageLimits & { nowMs: number; shards?: readonly Shard[] | undefined }): Promise<StoredEvent[]>;
  /** Handled, or dropped: only the ids stay. Here and below, claims are those of the rows, and only where several nodes share the inbox. */
  finish(seqs: readonly number[], claims?: readonly Claim[]): Promise<void>;
  fail(seq: number, failure: EventFailure, claim?: Claim): Promise<void>;
  /** Tries it again later, out of order. */
  retry(seq: number, options: { runAtMs: number; failure: EventFailure }, claim?: Claim): Promise<void>;
  /** A replay that nobody may run: failed as before, so that it can be replayed once more. */
  endReplay(seq: number, claim?: Claim): Promise<void>;
  /** Notes that the event runs alone, or (null) does no longer. */
  setIsolated(seq: number, atMs: number | null, claim?: Claim): Promise<void>;
  /**
   * Drops what waits of a team, but events about the installation itself; with `beforeMs` only older ones. Answers how many. Replays are
   * not dropped: they are failed again.
   */
  dropTeam(teamId: string, options?: { beforeMs?: number; claim?: Claim | undefined }): Promise<number>;
  /** Events about the installation itself since then, whatever became of them. */
  lifecycleSince(
    ms: number,
    shards?: readonly Shard[],
  ): Promise<{ seq: number; teamId: string; type: string; receivedAtMs: number }[]>;

  list(filter: InboxFilter): Promise<InboxEntry[]>;
  find(eventId: string): Promise<(InboxEntry & { payload: string | null }) | undefined>;
  /** Failed events that fit are due again at once; answers how many. */
  replay(filter: Omit<InboxFilter, 'limit' | 'state'> & { eventId?: string }): Promise<number>;
  /** Failed events that fit are given up; answers how many. */
  discard(filter: Omit<InboxFilter, 'limit' | 'state'> & { eventId?: string }): Promise<number>;
  /** Forgets ids and failed events that are older; answers how many. */
  prune(options: { doneBeforeMs: number; failedBeforeMs: number; shards?: readonly Shard[] }): Promise<number>;
}
