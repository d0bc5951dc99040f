/** What a connection needs to know about one kind of socket. rtm-transport.ts is the first; Socket Mode will be the next. */
import type { VerdictClass } from '../team/verdict.ts';

/** Slack's answer to the question for a socket URL (rtm.connect, apps.connections.open). */
export type ConnectAnswer =
  /** A single-use URL, valid for 30 s. Opaque: never rebuilt. */
  | { kind: 'url'; url: string }
  /** `ok: false`. The class comes from the verdict table; the one fetch has already reported the signal. */
  | { kind: 'refused'; code: string; class: VerdictClass }
  | { kind: 'limited'; retryAfterMs: number }
  /** Network, timeout, 5xx, malformed, or refused by our own gate. */
  | { kind: 'failed'; reason: string };

/** What a text frame means to the connection; everything else about it is the receiver's business. */
export type FrameMeaning = 'hello' | 'goodbye' | 'pong' | 'error' | 'event';

export interface Transport {
  readonly name: 'rtm' | 'socket';
  /** Asks Slack for a URL with the key's current credential. Never throws for an answer of Slack. */
  requestUrl(key: string, signal: AbortSignal): Promise<ConnectAnswer>;
  /** Classifies a parsed frame. Unknown types are events. */
  meaningOf(frame: Readonly<Record<string, unknown>>): FrameMeaning;
  /** The text that asks the peer for a sign of life; undefined = use a WebSocket ping. */
  pingFrame(id: number, nowMs: number): string | undefined;
}
