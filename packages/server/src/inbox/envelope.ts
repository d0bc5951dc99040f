/** One delivery from Slack, in the shape that Bolt expects whatever transport brought it. Pure, but for the id of a frame without a timestamp. */

import { createHash, randomUUID } from 'node:crypto';
import { BotServerError } from '../errors.ts';
import { toStorableKey } from '../store/storable-text.ts';
import type { TeamId } from '../team/installation.ts';
import { orderKeyOf } from './order-key.ts';

/** One event of one team, ready for the listeners. */
export interface Envelope {
  /** `event_id`, or a hash of one that no row can hold: the same fact has the same id, however often it is delivered. */
  id: string;
  /** The workspace, or the enterprise id where the event is of an organization alone; see ownerIdOf (route.ts). */
  teamId: TeamId;
  /** That of the installation to which the team belongs, as far as this process knows; without one that of the team's own. */
  shard?: number;
  /** Events with the same key start in order; undefined = no order. See order-key.ts. */
  orderKey: string | undefined;
  /** Type of the inner event, for example `message`. */
  type: string;
  /** The body as the Events API would post it. */
  body: Record<string, unknown>;
  /** The body as JSON in UTF-8, where the transport has it anyway: it is stored as it came. Dropped when it is stored. */
  bytes?: Uint8Array | undefined;
  /** How many bytes those are, or were. */
  sizeBytes?: number;
  /** Typing, presence and the like: handed to the listeners, never stored. */
  isEphemeral?: boolean;
  /** The span of the attempt before this one, or of whoever passed the request on; see observability/tracing/. */
  traceparent?: string | undefined;
  /** What belongs to that of the request. */
  tracestate?: string | undefined;
  /** Of the span in which its listeners run, or ran last, in this process. */
  trace?: { readonly traceparent?: string | undefined; readonly traceId?: string | undefined };
  /** When it came, by the wall clock; undefined of what is run again. */
  receivedAtMs?: number;
  /** When it was committed, by the wall clock; known to the process that did it. */
  storedAtMs?: number;
  /** Slack delivers it again: which time, and why. */
  retryNum?: number | undefined;
  retryReason?: string | undefined;
}

/** Of what is not stored, and so small: typing, presence. */
const SMALL_BYTES = 1_000;

/** The size of the event's body as JSON, in bytes. Parsed it takes about as much again, and more when it is much nested. */
export function sizeOf({ bytes, sizeBytes }: Envelope): number {
  return sizeBytes ?? bytes?.byteLength ?? SMALL_BYTES;
}

/** The team to which an RTM socket belongs. */
export interface RtmTeam {
  teamId: string;
  appId: string | null;
  botUserId: string | null;
}

type Frame = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();

/**
 * Wraps an RTM frame as an `event_callback`, so that listeners run unchanged on every transport. RTM has no event_id:
 * it is a hash of what makes the event the same one, or random for frames without a timestamp.
 */
export function envelopeOfFrame(frame: Frame, team: RtmTeam, nowMs: number): Envelope {
  const id = eventIdOf(frame, team.teamId);
  const body = {
    type: 'event_callback',
    team_id: team.teamId,
    api_app_id: team.appId ?? '',
    event_id: id,
    event_time: Math.floor(nowMs / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.teamId,
        user_id: team.botUserId ?? '',
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    event: { ...frame },
  };
  const type = typeof frame.type === 'string' ? frame.type : 'unknown';
  // Without a timestamp nothing tells whether it comes twice, and nobody misses it afterwards.
  const isEphemeral = timestampOf(frame) === undefined;
  return { ...storable({ id, teamId: team.teamId, orderKey: orderKeyOf(frame), type }), body, isEphemeral };
}

/**
 * Takes an `event_callback` as the Events API posts it, and Socket Mode wraps it; kindOf (body.ts) says whether it is one.
 */
export function envelopeOfCallback(
  body: Record<string, unknown>,
  { teamId, bytes }: Pick<Envelope, 'teamId' | 'bytes'>,
): Envelope {
  const event = body.event as Frame;
  const facts = { id: String(body.event_id), teamId, orderKey: orderKeyOf(event), type: String(event.type) };
  return { ...storable(facts), body, ...(bytes && { bytes }) };
}

/**
 * The body as JSON, where the transport does not have it.
 * @throws BotServerError `value_refused` for what is nested too deep: parsing takes any depth, and writing does not
 */
export function jsonBytesOf({ body, teamId }: Pick<Envelope, 'body' | 'teamId'>): Uint8Array {
  try {
    return encoder.encode(JSON.stringify(body));
  } catch (cause) {
    throw new BotServerError('value_refused', 'The event cannot be written as JSON: it is nested too deep', {
      cause,
      facts: { teamId },
      fix: 'Slack sends no such event: find out who does.',
    });
  }
}

/** Fills in the bytes, which the store needs, and their size, for whoever counts. @throws BotServerError as jsonBytesOf() */
export function measure(envelope: Envelope): void {
  envelope.bytes ??= jsonBytesOf(envelope);
  envelope.sizeBytes = envelope.bytes.byteLength;
}

/** What is stored beside the body, and found by it again: a hash where Slack, or somebody in its place, sent what no row can hold. */
function storable({ id, teamId, orderKey, type }: Pick<Envelope, 'id' | 'teamId' | 'orderKey' | 'type'>) {
  return {
    id: toStorableKey(id),
    teamId: toStorableKey(teamId),
    orderKey: orderKey === undefined ? undefined : toStorableKey(orderKey),
    type: toStorableKey(type),
  };
}

/** The id of a frame: team, type, subtype, channel, event_ts ?? ts, user and reaction, hashed. */
export function eventIdOf(frame: Frame, teamId: string): string {
  const ts = timestampOf(frame);
  if (ts === undefined) return `Ev${randomUUID().replaceAll('-', '').toUpperCase()}`;
  const { subtype, reaction } = frame;
  const facts = [teamId, textOf(frame.type), textOf(subtype), channelOf(frame), ts, idOf(frame.user), textOf(reaction)];
  return `Ev${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32).toUpperCase()}`;
}

function timestampOf(frame: Frame): string | undefined {
  const ts = frame.event_ts ?? frame.ts;
  return typeof ts === 'string' ? ts : undefined;
}

/** `channel` is an id in most events, an object in channel_created and channel_rename, and inside `item` in reactions. */
function channelOf(event: Frame): string | undefined {
  return idOf(event.channel) ?? idOf((event.item as Frame | undefined)?.channel);
}

/** What is not a string is nothing that Slack sends, and may be nested too deep for JSON.stringify. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' ? id : undefined;
}
