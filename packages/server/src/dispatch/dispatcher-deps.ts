/** What a dispatcher needs, and what it counts. */
import type { Inbox } from '../inbox/inbox.ts';
import type { LifecycleEvent } from '../inbox/lifecycle-events.ts';
import type { Ownership, Shard } from '../ownership/ownership.ts';
import type { TeamId } from '../team/installation.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import type { DroppedEventsDeps } from './dropped-events.ts';
import type { NoticeBoard } from './event-notices.ts';
import type { EventObserver } from './event-observer.ts';
import type { EventRunnerDeps } from './event-runner.ts';
import type { ListenerWorks } from './listener-works.ts';

export interface DispatcherDeps
  extends Pick<EventRunnerDeps, 'handle' | 'onFailure' | 'describe' | 'clock'>,
    Pick<DroppedEventsDeps, 'handlingOf' | 'isUnknown' | 'recheck'> {
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
