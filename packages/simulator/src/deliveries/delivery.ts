/**
 * How anything reaches an app: one envelope, tried once, and what became of it.
 *
 *   const outcome = await delivery.deliver(app, {
 *     kind: 'slash_commands',            // or 'interactive', 'events_api'
 *     name: '/stan',                     // for the log: the command, the payload's type, the event's type
 *     payload: { command: '/stan', … },  // what Slack would send: form fields, interactive payload, event envelope
 *     url: 'https://…',                  // over HTTP: where to; absent: the app's request URL
 *     teamId: team.id,
 *   });
 *   outcome.acked     // a 2xx within 3 s, or an ack on the socket within 3 s
 *   outcome.payload   // the JSON of the answer: a message, a response_action, options; undefined when there was none
 *   outcome.text      // the answer as text, for slash commands that answer in plain text
 *   outcome.error     // why it was not acked; one of Slack's retry reasons, or 'no_url', 'no_socket'
 *
 * With Socket Mode on it goes to any one socket of the app, otherwise it is posted and signed: slash commands as form
 * fields, interactive payloads as the form field `payload`, events as JSON. Never rejects, and never tries twice:
 * only events are tried again, by event-deliveries.ts. Each try is a record of kind `delivery` in the log.
 */
import type { App } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';

/** The three kinds of envelopes, as Socket Mode names them. */
export type DeliveryKind = 'events_api' | 'interactive' | 'slash_commands';

/** Why a try failed. The first six are Slack's retry reasons; the others mean that nothing was sent. */
export type DeliveryError =
  | 'http_timeout'
  | 'too_many_redirects'
  | 'connection_failed'
  | 'ssl_error'
  | 'http_error'
  | 'unknown_error'
  | 'no_url'
  | 'no_socket';

/** An envelope that is to be delivered once. */
export interface DeliveryRequest {
  readonly kind: DeliveryKind;
  /** For the log: the command, the payload's type or the event's type. */
  readonly name: string;
  readonly payload: Json;
  /** The team that it concerns, for the log and faults. */
  readonly teamId: string | undefined;
  /** Over HTTP: where to. @defaultValue the app's request URL */
  readonly url?: string | undefined;
  /** Over Socket Mode: whether the ack may carry an answer. @defaultValue true, except for events */
  readonly acceptsResponse?: boolean | undefined;
  /** Of an event: which retry this is, and why there is one. */
  readonly retry?: { readonly number: number; readonly reason: DeliveryError } | undefined;
  /** Of an event: `Ev…`, for the log. */
  readonly eventId?: string | undefined;
  /** Of an event: in how many milliseconds it would be tried again after such an outcome; for the log. */
  readonly planRetry?: ((tried: TryOutcome) => number | undefined) | undefined;
  /** The body leaves so many milliseconds after the headers; set by the fault `slow_delivery`. */
  readonly bodyAfterMs?: number | undefined;
}

/** What became of one try. */
export interface DeliveryOutcome {
  /** Names the try in the log. */
  readonly id: string;
  readonly acked: boolean;
  readonly via: 'http' | 'socket';
  /** The URL or the id of the socket. */
  readonly target: string | undefined;
  /** HTTP status; undefined over a socket or when nothing was answered. */
  readonly status: number | undefined;
  readonly payload: Json | undefined;
  /** The body of the answer, or the payload of the ack as JSON; at most 1 MiB. */
  readonly text: string;
  readonly error: DeliveryError | undefined;
  /** The app asked not to be tried again (X-Slack-No-Retry). */
  readonly isFinal: boolean;
  /** In milliseconds of real time. */
  readonly durationMs: number;
  /** When the next try is due, on the simulator's clock; undefined: there is none. */
  readonly nextAtMs: number | undefined;
}

/** Delivers to apps. */
export interface Delivery {
  deliver(app: App, request: DeliveryRequest): Promise<DeliveryOutcome>;
}

/** What a transport tells of a try; the rest of the outcome is the same for all. */
export type TryOutcome = Omit<DeliveryOutcome, 'id' | 'durationMs' | 'nextAtMs'>;

/** One way to an app. Never rejects. */
export interface Transport {
  send(app: App, request: DeliveryRequest): Promise<TryOutcome>;
}

/** How long an app has, on the simulator's clock. (https://docs.slack.dev/apis/events-api) */
export const ACK_LIMIT_MS = 3000;
