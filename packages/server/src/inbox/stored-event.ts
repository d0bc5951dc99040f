/** What is read of the stored events. Types only. */
import type { Shard } from '../ownership/ownership.ts';
import type { Envelope } from './envelope.ts';

/** An event that waits, with what is needed to run it. */
export interface StoredEvent {
  seq: number;
  /** Where several nodes share the inbox; that of the row. */
  shard?: Shard;
  envelope: Envelope;
  /** How often it was begun, or may have been, before. */
  attempts: number;
  /** How many processes died while it was unfinished. */
  takeovers: number;
  receivedAtMs: number;
  /** An operator asked for it to be run again; see REPLAYED. */
  isReplay?: boolean;
}

/** What a start found. */
export interface Takeover {
  /** Whether the process before died instead of draining. */
  hadDied: boolean;
  unfinished: number;
  /** Events that killed their process twice while they ran alone: failed, not tried again. */
  poisoned: number;
}

/** Which page of events is read. */
export interface PageLimits {
  afterSeq: number;
  limit: number;
  /** The page ends with the event that reaches so many bytes. @defaultValue no limit */
  maxBytes?: number;
}
