/** What the dispatcher tells whoever counts. Types only. */
import type { Envelope } from '../inbox/envelope.ts';
import type { EventFailure } from '../inbox/inbox.ts';
import type { EventRun } from './event-run.ts';

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

/** `inactive`: the team is gone; `unknown_team`: it has no installation here; `expired`: it was away for more than a day. */
export type DropReason = 'inactive' | 'unknown_team' | 'expired';
