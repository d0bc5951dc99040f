/** What a connection needs to know about one kind of socket: rtm-transport.ts and socket-transport.ts. */
import type { VerdictClass } from '../slack/verdict.ts';

/** Slack's answer to the question for a socket URL (rtm.connect, apps.connections.open). */
export type ConnectAnswer =
  /** A single-use URL, valid for 30 s. Opaque: never rebuilt. */
  | { kind: 'url'; url: string }
  /** `ok: false`. The class comes from the verdict table; the one fetch has already reported the signal. */
  | { kind: 'refused'; code: string; class: VerdictClass }
  | { kind: 'limited'; retryAfterMs: number }
  /** Network, timeout, 5xx, malformed, or refused by our own gate. Overload (5xx) also slows the other teams' connects. */
  | { kind: 'failed'; reason: string; isOverload: boolean };

/** A text frame after JSON.parse: always an object. */
export type Frame = Readonly<Record<string, unknown>>;

/** What a frame means to the connection. */
export type FrameMeaning =
  | 'hello'
  /** The peer will close soon: a successor first. */
  | 'goodbye'
  /** The peer does not want this socket: its URL was no good. */
  | 'error'
  /** The peer wants no socket at all until the operator has changed something. */
  | 'disabled'
  /** The socket is of another app than ours. */
  | 'foreign'
  /** The peer has too many sockets of ours: this one must go before another may come. */
  | 'crowded'
  | 'event'
  | 'pong'
  /** Proves life and says nothing else (acknowledgements). */
  | 'none';

/** One kind of socket. Stateless: one object serves all connections. */
export interface Transport {
  readonly name: 'rtm' | 'socket';
  /**
   * Whether the peer waits for an answer to each event, on the socket on which it came. Such a socket is not closed by plan
   * while answers are owed on it.
   */
  readonly hasAcks: boolean;
  /** How long, in milliseconds, a socket goes on after its successor said hello, unless the peer closes it before. */
  readonly lingerMs: number;
  /** Asks Slack for a URL with the key's current credential, within the signal's life. Never throws for an answer of Slack. */
  requestUrl(key: string, signal: AbortSignal): Promise<ConnectAnswer>;
  /** Classifies a parsed frame. Unknown types are events. */
  meaningOf(frame: Frame): FrameMeaning;
  /** The word for the log that says why, for goodbye, disabled, foreign and crowded. */
  reasonOf(frame: Frame): string;
  /** The text that asks the peer for a sign of life; undefined = use a WebSocket ping. */
  pingFrame(id: number, nowMs: number): string | undefined;
}
