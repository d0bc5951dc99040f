/** What a connection needs to know about one kind of socket. rtm-transport.ts is the first; Socket Mode will be the next. */
import type { VerdictClass } from '../team/verdict.ts';

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

/** What a frame means to the connection; `none` proves life and says nothing else (acknowledgements). */
export type FrameMeaning = 'hello' | 'goodbye' | 'error' | 'event' | 'pong' | 'none';

/** One kind of socket. Stateless: one object serves all connections. */
export interface Transport {
  readonly name: 'rtm' | 'socket';
  /** Asks Slack for a URL with the key's current credential, within the signal's life. Never throws for an answer of Slack. */
  requestUrl(key: string, signal: AbortSignal): Promise<ConnectAnswer>;
  /** Classifies a parsed frame. Unknown types are events. */
  meaningOf(frame: Frame): FrameMeaning;
  /** The text that asks the peer for a sign of life; undefined = use a WebSocket ping. */
  pingFrame(id: number, nowMs: number): string | undefined;
}
