/** What a dispatcher needs, and what it counts. */
import type { Envelope } from '../inbox/envelope.ts';
import type { EventFailure, Inbox } from '../inbox/inbox.ts';
import type { LifecycleEvent } from '../inbox/lifecycle-events.ts';
import type { Ownership, Shard } from '../ownership/ownership.ts';
import type { TeamId } from '../team/installation.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import type { DroppedEventsDeps } from './dropped-events.ts';
import type { EventRun } from './event-run.ts';
import type { EventRunnerDeps } from './event-runner.ts';
import type { ListenerWorks } from './listener-works.ts';
import type { NoticeBoard } from './shared-work.ts';

export interface DispatcherDeps
  extends Pick<EventRunnerDeps, 'handle' | 'onFailure' | 'describe' | 'clock'>,
    Pick<DroppedEventsDeps, 'handlingOf' | 'recheck'> {
  inbox: Inbox;
  /** All runs of listeners of this process. */
  works: Pick<ListenerWorks, 'begin' | 'end' | 'noteStored' | 'noteTaken'>;
  /** Which shards are this node's. @defaultValue all, for ever */
  ownership?: Pick<Ownership, 'owns'>;
  /** How nodes tell each other of events; for an inbox that several share. @defaultValue they poll */
  notices?: NoticeBoard | undefined;
  /** The shard of the team's installation; of a team without one that of its own key. */
  readonly shardOf: (teamId: TeamId) => Shard;
  /** Events were committed, or (with an error) could not be. */
  onCommit?(error?: unknown): void;
  /** See GroupCommitDeps. */
  onSlow?(): void;
  /** An event about installations themselves was stored. */
  readonly onLifecycleEvent: (event: LifecycleEvent) => void;
  /** Whoever counts. @defaultValue nobody */
  observer?: EventObserver;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
    debug(facts: object, message: string): void;
  };
  options?: DispatcherOptions;
}

/** Is told what happens to events, on every one of them: what it does must cost next to nothing, and must not throw. */
export interface EventObserver {
  /** Stored, and not known before. */
  accepted(): void;
  /** Known already. */
  repeated(envelope: Envelope): void;
  /** No listener gets these; `known` are those of them of which this process knows more than their number. */
  dropped(reason: DropReason, count: number, known: readonly Envelope[]): void;
  /** Listeners have ended well. */
  handled(envelope: Envelope, ended: EndedRun): void;
  /** They have not. */
  failed(envelope: Envelope, ended: FailedRun): void;
}

/** How listeners ended. */
export interface EndedRun {
  /** How long they took, in milliseconds. */
  ms: number;
  /** Undefined of what is not stored. */
  run: EventRun | undefined;
}

/** The same with what went wrong. */
export interface FailedRun extends EndedRun {
  failure: EventFailure;
  /** When they are run again; undefined: not by themselves. */
  runAtMs?: number;
}

/** An event that this process has in hand. */
export interface HeldEvent {
  envelope: Envelope;
  attempts: number;
  /** Since when its listeners run; undefined while it waits, or when nobody remembers it. */
  startedAtMs: number | undefined;
  isRunning: boolean;
  /** The event of the same conversation for which it waits. */
  behind: { id: string; type: string; startedAtMs: number | undefined; receivedAtMs: number | undefined } | undefined;
  /** Events of its team that run, of so many that may. */
  teamRuns: number;
  teamMayRun: number;
  /** Events that run for all teams, where these leave its team no place although it has fewer than it may. */
  processRuns: number | undefined;
}

/** `inactive`: the team is gone or never registered; `expired`: it was away for more than a day. */
export type DropReason = 'inactive' | 'expired';

/** How many events there are of each kind, since the start. */
export interface DispatchCounts {
  running: number;
  waiting: number;
  /** Size of the events that wait in memory or run. */
  bytes: number;
  /** Size of those that are not committed yet. */
  arrivingBytes: number;
  dropped: number;
  failed: number;
  handled: number;
  /** Ends of events that were not written, because another node has their shard by now. */
  superseded: number;
  /** When the oldest came that waits in memory, by the wall clock; undefined when none waits. */
  oldestAtMs: number | undefined;
}
