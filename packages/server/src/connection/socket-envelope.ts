/** What Slack writes on a Socket Mode connection, and how it is acknowledged. Only what must be there is asked for. Pure. */
import type { Frame } from './transport.ts';

/** One delivery on a socket. */
export interface SocketEnvelope {
  id: string;
  /** `events_api`, `slash_commands`, `interactive`, or one that is not known. */
  type: string;
  /** Exactly the body that HTTP would carry. */
  payload: Record<string, unknown>;
  /** Whether Slack reads a payload in the ack. */
  acceptsPayload: boolean;
  /** Slack tries again: which time, and why. Only of events. */
  retryNum?: number;
  retryReason?: string;
}

/** What a hello says of Slack's side; what a Slack-compatible server leaves out is undefined. */
export interface SocketHello {
  /** How many sockets of the app Slack counts, this one included. */
  connections: number | undefined;
  /** How long this one will live, in milliseconds. */
  lifeMs: number | undefined;
}

/** A larger client frame closes the socket with 1009, and with it the acks of its neighbours. (revelrylabs/slax#614, slack-go#1196) */
export const MAX_CLIENT_FRAME_BYTES = 20_480;

const EVENTS = 'events_api';
const KNOWN = new Set([EVENTS, 'slash_commands', 'interactive']);

/** Reads an envelope; undefined when the frame has no `envelope_id` or no payload, so that nobody can take it. */
export function readEnvelope(frame: Frame): SocketEnvelope | undefined {
  const { envelope_id: id, type, payload, retry_attempt: retryNum, retry_reason: retryReason } = frame;
  if (typeof id !== 'string' || id === '' || !isRecord(payload)) return undefined;
  return {
    id,
    type: typeof type === 'string' ? type : '',
    payload,
    acceptsPayload: acceptsPayload(frame),
    ...(typeof retryNum === 'number' && { retryNum }),
    ...(typeof retryReason === 'string' && retryReason !== '' && { retryReason }),
  };
}

/** The id to acknowledge when nothing else of the frame can be used, so that Slack does not send it for ever. */
export function envelopeIdOf(frame: Frame): string | undefined {
  return typeof frame.envelope_id === 'string' && frame.envelope_id !== '' ? frame.envelope_id : undefined;
}

/** Whether the envelope is of a type that this server knows. */
export function isKnownEnvelope({ type }: Pick<SocketEnvelope, 'type'>): boolean {
  return KNOWN.has(type);
}

/** Whether somebody waits for the answer. Events are known again by their event_id. */
export function isInteractive({ type }: Pick<SocketEnvelope, 'type'>): boolean {
  return type !== EVENTS;
}

/** The text of an ack. A payload that is a text becomes a message, as in Slack's own clients. */
export function ackOf({ id }: Pick<SocketEnvelope, 'id'>, payload?: unknown): string {
  if (typeof payload === 'string') return JSON.stringify({ envelope_id: id, payload: { text: payload } });
  return JSON.stringify(isRecord(payload) ? { envelope_id: id, payload } : { envelope_id: id });
}

export function readHello(frame: Frame): SocketHello {
  const seconds = isRecord(frame.debug_info) ? frame.debug_info.approximate_connection_time : undefined;
  return {
    connections: typeof frame.num_connections === 'number' ? frame.num_connections : undefined,
    lifeMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : undefined,
  };
}

/** The app of the socket, as hello says it. */
export function appIdOf(hello: Frame): string | undefined {
  const appId = isRecord(hello.connection_info) ? hello.connection_info.app_id : undefined;
  return typeof appId === 'string' && appId !== '' ? appId : undefined;
}

/** Slack says it of every envelope. A server that says nothing wants what Slack's own clients send: the payload. */
function acceptsPayload({ type, accepts_response_payload: accepts }: Frame): boolean {
  return accepts === true || (accepts === undefined && type !== EVENTS);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
