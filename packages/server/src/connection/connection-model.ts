/** The words of the connection machine: its states, events and effects. Types only; see connection-state.ts for the rules. */
import type { VerdictClass } from '../slack/verdict.ts';
import { type BackoffOptions, backoffDefaults } from '../time/backoff.ts';

/** Time limits of one connection, in milliseconds. */
export interface ConnectionTimings extends BackoffOptions {
  /** From the granted slot to hello: asking for the URL, dialing, greeting. @defaultValue 10000 */
  connectTimeoutMs?: number;
  /** A socket that lived this long since its hello counts as healthy: the next attempt is a first one. @defaultValue 60000 */
  stableMs?: number;
  /** A longer Retry-After is cut to this; a broken header must not silence a team. @defaultValue 300000 (5 min) */
  retryAfterMaxMs?: number;
}

export const connectionTimingDefaults = {
  ...backoffDefaults,
  connectTimeoutMs: 10_000,
  stableMs: 60_000,
  retryAfterMaxMs: 300_000,
} as const satisfies Required<ConnectionTimings>;

/** On the way to a socket. `attempt` is the number of this attempt, or of the next one. Times are monotonic. */
export type Pursuit =
  /** `queued` for a slot of the limiter (no deadline), then `asking` for the URL, then `dialing` until hello. */
  | { kind: 'connecting'; id: number; attempt: number; phase: 'queued' | 'asking' | 'dialing'; deadlineMs: number }
  /** `isCrowded`: the peer has too many sockets; what is still open must go before the next attempt. */
  | { kind: 'waiting'; attempt: number; retryAtMs: number; reason: string; isCrowded: boolean }
  /** In doubt: nothing is tried until `start`. */
  | { kind: 'paused'; attempt: number };

/**
 * A successor on trial: many sockets are silent together, and this one shows whether new ones fare better. `greeted`: it has
 * said hello and was pinged. It is not tried again.
 */
export interface Trial {
  kind: 'trial';
  id: number;
  phase: 'queued' | 'asking' | 'dialing' | 'greeted';
  deadlineMs: number;
  /** The sample to which it belongs. */
  round: number;
}

/** What a trial says about the sockets that are silent: `failed` = new ones fare no better, `void` = nothing. */
export type TrialOutcome = 'answered' | 'failed' | 'void';

/** One socket that has said hello, and perhaps a successor on its way. */
export interface Open {
  kind: 'open';
  id: number;
  /** Number of the attempt that led here; carried on unless the socket proves stable. */
  attempt: number;
  helloAtMs: number;
  /** In doubt: the socket stays, nothing new is tried. */
  isPaused: boolean;
  successor: Pursuit | Trial | null;
}

/** Where a connection stands. */
export type ConnectionState = { kind: 'idle' } | Pursuit | Open | { kind: 'stopped'; reason: string };

/** What happens to an attempt or socket; `id` says to which one. */
export type AttemptEvent =
  /** The limiter gave a slot. */
  | { type: 'granted'; id: number }
  | { type: 'url'; id: number; url: string }
  | { type: 'refused'; id: number; code: string; class: VerdictClass }
  | { type: 'limited'; id: number; retryAfterMs: number }
  | { type: 'failed'; id: number; reason: string }
  | { type: 'hello'; id: number }
  /** The peer says on the socket that it does not want it (URL expired). */
  | { type: 'rejected'; id: number; reason: string }
  /**
   * The peer wants this socket to go: the operator must change something (link_disabled), it is of another app than ours, or
   * the peer has too many (too_many_websockets).
   */
  | { type: 'evicted'; id: number; reason: string; cause: 'disabled' | 'foreign' | 'crowded' }
  /** The peer will close soon: goodbye, team_migration_started, refresh_requested. */
  | { type: 'goodbye'; id: number; reason: string }
  | { type: 'closed'; id: number; reason: string }
  /** The heartbeat got no answer in time. */
  | { type: 'silent'; id: number }
  /** Many sockets are silent together, and this one is in the sample. */
  | { type: 'sampled'; id: number; round: number }
  /** A trial's socket answered the ping. */
  | { type: 'pong'; id: number; isOldSilent: boolean };

/** What the supervisor asks for. */
export type ConnectionCommand =
  | { type: 'start' }
  | { type: 'pause' }
  /** Another credential, or the operator asked for it: what exists is useless, connect anew without back-off. */
  | { type: 'restart'; reason: string }
  /** The socket is good, but an earlier change suits us: a successor first. */
  | { type: 'refresh'; reason: string }
  /** What comes on the socket cannot be answered: it ends at once, whatever is owed on it, so that the peer sends elsewhere. */
  | { type: 'cut'; reason: string }
  | { type: 'stop'; reason: string };

export type ConnectionEvent =
  | AttemptEvent
  | ConnectionCommand
  /** The moment named by dueAtMs() may have come. */
  | { type: 'due' };

/** What the driver does about it, in order. */
export type Effect =
  /** Get a slot of the limiter, then a URL. */
  | { type: 'ask'; id: number; attempt: number }
  | { type: 'dial'; id: number; url: string }
  /** Ask the socket of a trial for a sign of life. */
  | { type: 'ping'; id: number }
  /** Tell what a trial has shown; exactly once for each. */
  | { type: 'vote'; round: number; outcome: TrialOutcome }
  /** Forget the attempt or socket without a close handshake. */
  | { type: 'abandon'; id: number }
  /** Planned close; frames that still arrive are read, because the peer may have sent them before the successor's hello. */
  | { type: 'retire'; id: number }
  /** Planned close of a socket without a successor: nothing new is taken from it, but what is in hand is answered. */
  | { type: 'close'; id: number }
  /** Only the operator can help. */
  | { type: 'report'; code: string };

/** The next state and what to do, in order. The same state reference back = ignored on purpose, no effects. */
export interface Step {
  state: ConnectionState;
  effects: readonly Effect[];
}

/** What a transition needs besides state and event. */
export interface TransitionEnv {
  /** Monotonic, milliseconds. */
  nowMs: number;
  /** 0 ≤ random < 1. */
  random: number;
  /** The id that a new attempt takes; never given before. */
  newId: number;
  options: Required<ConnectionTimings>;
}
