/**
 * What Slack delivers, in the same shape whatever carried it (a signed request, an envelope on a socket), and what may be
 * answered. Types only; receiver.ts sorts deliveries into events and interactions.
 */

/** One delivery: exactly the HTTP body, which Socket Mode calls payload. */
export interface Delivery {
  body: Record<string, unknown>;
  /** The body as JSON in UTF-8, as it is stored; given by transports that have it anyway. */
  bytes?: Uint8Array;
  /** Of which trace the request is, as whoever passed it on says; W3C Trace Context. */
  traceparent?: string;
  tracestate?: string;
  /** Slack tries again: which time, and why. */
  retryNum?: number;
  retryReason?: string;
  /** What the way back takes at most; undefined = as much as HTTP does. */
  answerLimit?: AnswerLimit;
}

/** What the transport tells Slack. */
export type DeliveryAnswer =
  /** 200, or an ack without payload. For an event: it is stored. */
  | { kind: 'accepted' }
  /** 200 with this body (a text or JSON), or an ack with this payload. */
  | { kind: 'payload'; payload: unknown }
  /** Of another Slack app, or what the database takes never: no reason to try again. */
  | { kind: 'refused'; reason: string }
  /** Not stored: Slack must deliver it again. 503, or no ack. */
  | { kind: 'unavailable' }
  /** No listener answered within 3 s, or it failed before it did. */
  | { kind: 'unanswered'; reason: 'timed_out' | 'failed' };

/** Where transports put what Slack delivered. Never rejects. */
export interface DeliveryReceiver {
  receive(delivery: Delivery): Promise<DeliveryAnswer>;
}

/** What the way back to Slack takes at most. */
export interface AnswerLimit {
  /** For the message, for example `a Socket Mode frame`. */
  of: string;
  maxBytes: number;
  /** The size, in bytes, of what would be sent. @throws whatever JSON.stringify throws */
  bytesOf(payload: unknown): number;
}
