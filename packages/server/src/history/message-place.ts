/** Of which message an event tells: what a link to it leads to. Pure; asked of every event, so it copies nothing. */
import type { MessagePlace } from './fact.ts';

type Body = Readonly<Record<string, unknown>>;

const NOWHERE: MessagePlace = { channel: null, ts: null };

/**
 * The place of a message in the body of an event: its own, or that of the message that it edits, deletes, reacts to or pins.
 * @param body An `event_callback`
 */
export function placeInBody(body: Body): MessagePlace {
  const event = record(body.event);
  return event ? placeInEvent(event) : NOWHERE;
}

function placeInEvent(event: Body): MessagePlace {
  const item = record(event.item);
  const channel = idOf(event.channel) ?? idOf(item?.channel);
  if (channel === null) return NOWHERE;
  const inside = record(event.message);
  const ts = text(inside?.ts) ?? text(event.deleted_ts) ?? text(event.ts) ?? text(item?.ts);
  return ts === null ? NOWHERE : { channel, ts };
}

/** Slack's ids and times are short; what is longer is neither, and would only take memory. */
const MAX_LENGTH = 64;

function text(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_LENGTH ? value : null;
}

function idOf(value: unknown): string | null {
  return text(value) ?? text(record(value)?.id);
}

function record(value: unknown): Body | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
}
