/** What Slack writes on a Socket Mode connection, and how an ack is read. (https://docs.slack.dev/apis/events-api/using-socket-mode) */
import type { DeliveryRequest } from '../deliveries/delivery.ts';
import type { DisconnectReason } from '../faults/live-sockets.ts';
import { parseJson } from '../wire/json-text.ts';
import type { Json } from '../workspace/slack-shapes.ts';

const HOST = 'applink-simulator';
/** Of no meaning to clients; that of Slack's samples. */
const BUILD_NUMBER = 54;

/** The first frame. `connectionSeconds` is how long the connection will live. */
export function helloFrame(facts: {
  connections: number;
  appId: string;
  startedAtMs: number;
  connectionSeconds: number;
}) {
  return {
    type: 'hello',
    num_connections: facts.connections,
    debug_info: {
      host: HOST,
      // "2026-11-23 02:00:00.120"
      started: new Date(facts.startedAtMs).toISOString().replace('T', ' ').replace('Z', ''),
      build_number: BUILD_NUMBER,
      approximate_connection_time: facts.connectionSeconds,
    },
    connection_info: { app_id: facts.appId },
  };
}

export function disconnectFrame(reason: DisconnectReason) {
  return { type: 'disconnect', reason, debug_info: { host: HOST } };
}

/** The envelope around a payload; only events say which try it is. */
export function envelopeFrame(envelopeId: string, request: DeliveryRequest): Json & { type: string } {
  const { kind, payload, retry } = request;
  return {
    envelope_id: envelopeId,
    payload,
    type: kind,
    accepts_response_payload: acceptsResponse(request),
    ...(kind === 'events_api' && {
      retry_attempt: retry?.number ?? 0,
      retry_reason: retry === undefined ? '' : reasonOf(retry.reason),
    }),
  };
}

export function acceptsResponse({ kind, acceptsResponse = kind !== 'events_api' }: DeliveryRequest): boolean {
  return acceptsResponse;
}

/** What a client acknowledges, or nothing when the frame is no ack. */
export function readAck(text: string): { envelopeId: string; payload: Json | undefined } | undefined {
  try {
    const frame: unknown = parseJson(text);
    const { envelope_id: envelopeId, payload } = (frame ?? {}) as { envelope_id?: unknown; payload?: unknown };
    if (typeof envelopeId !== 'string') return undefined;
    const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
    return { envelopeId, payload: isObject ? { ...payload } : undefined };
  } catch {
    return undefined;
  }
}

/** Sockets have no HTTP errors: an ack that does not come is a timeout. */
function reasonOf(reason: string): string {
  return reason === 'http_timeout' ? 'timeout' : reason;
}
