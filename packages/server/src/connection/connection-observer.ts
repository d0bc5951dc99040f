/** What a connection tells, and to whom. Types only. */
import type { ConnectionState } from './connection-model.ts';
import type { Reply } from './link.ts';
import type { Frame } from './transport.ts';

/** One step of a connection, for logs and pages. */
export interface ConnectionChange {
  from: ConnectionState['kind'];
  to: ConnectionState['kind'];
  /** The same for a planned successor, where there is one. */
  successor: ConnectionState['kind'] | 'trial' | null;
  /** Another socket is the one that is open: a planned successor has taken over, or one on trial. */
  isReplaced: boolean;
  /** A word: what happened. */
  reason: string;
  /** Number of the attempt that is under way or comes next; for an open socket the one that led to it. */
  attempt: number;
  /** Wall clock; null unless waiting. */
  retryAtMs: number | null;
  /** Id of the attempt or socket concerned; null when there is none. */
  connectionId: number | null;
}

/** Time without a socket between two, wall clock: from the last frame heard to the next hello. */
export type Gap = { fromMs: number; toMs: number };

/** The socket on which a frame came. */
export interface FrameSource {
  connectionId: number;
  /** Answers go back on the same socket. */
  reply: Reply;
}

/** Who is told. Must not throw. */
export interface ConnectionObserver {
  onFrame(key: string, frame: Frame, from: FrameSource): void;
  /** The socket said hello and is the one that answers now. */
  onHello(key: string, frame: Frame): void;
  onChange(key: string, change: ConnectionChange): void;
  onOperatorProblem(key: string, code: string): void;
  /** Nothing is heard from then on, wall clock: a gap has begun. It is over with `onGap`, or when the key is dropped. */
  onLoss(key: string, sinceMs: number): void;
  onGap(key: string, gap: Gap): void;
  /** A frame that is no JSON object in text: ignored, but counted. */
  onMalformedFrame(key: string): void;
}
