/** What is not counted but looked up when somebody asks: the parts of a running server, as far as metrics see them. Types only. */
import type { Sample } from './tally.ts';

/** Of the dispatcher, the receiver and what fitted no installation; since the start. */
export interface EventCounts {
  handled: number;
  superseded: number;
  running: number;
  /** In memory, for their turn. */
  waiting: number;
  /** Of what waits or runs. */
  bytes: number;
  /** Since when the oldest that waits in memory is there, in milliseconds; 0 when none waits. */
  oldestWaitMs: number;
  deliveries: Readonly<Record<string, number>>;
  unrouted: Readonly<Record<string, number>>;
}

/** Of the sockets of one transport. */
export interface SocketCounts {
  transport: 'rtm' | 'socket';
  byState: Readonly<Record<string, number>>;
  /** Connects that wait for their turn. */
  queued: number;
  malformedFrames: number;
}

export interface LeaseFacts {
  state: string;
  ownedShards: number;
  /** Since the last renewal, in milliseconds; undefined where there is no lease. */
  ageMs: number | undefined;
}

/** What the database says at this scrape. */
export interface StoreFacts {
  isUp: boolean;
  /** Undefined while the database does not say. */
  isIncident?: boolean;
  keptEvents?: Readonly<Record<string, number>>;
  /** Of the file system with the database; undefined for PostgreSQL. */
  diskFreeBytes?: number;
}

export interface Sources {
  /** Said once: versions and settings that tell one server from another. */
  build: Readonly<Record<'version' | 'node_version' | 'transport' | 'store', string>>;
  /** By `status` and `doubt`. */
  teams(): readonly Sample[];
  /** Undefined while the server does not run. */
  events(): EventCounts | undefined;
  sockets(): readonly SocketCounts[];
  lease(): LeaseFacts | undefined;
  /** Asked once per scrape, before everything else is read; answers within a second or two, and never rejects. */
  store(): Promise<StoreFacts>;
  /** What /readyz says, by check. Never rejects. */
  ready(): Promise<Readonly<Record<string, string>>>;
}
