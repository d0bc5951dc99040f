/**
 * Which threads a delivery is about, as `channel:ts`, and which of them a person's Stop means. Pure.
 * (https://docs.slack.dev/ai/agent-sessions, "Stopping a session")
 */
import { type Body, recordIn, textIn } from '../slack/delivery/body.ts';

/** The event by which Slack tells that a person pressed Stop. */
export const STOP_EVENT = 'agent_session_stopped';

/**
 * Every message that the delivery names, in its conversation: that of an answer may be any of them, because a bot may answer in
 * the thread of a message or in a new one below it. A `ts` is of one message only, so more than one does no harm.
 */
export function placesIn(body: Body): string[] {
  const event = recordIn(body.event) ?? body;
  const container = recordIn(event.container);
  const assistant = recordIn(event.assistant_thread);
  const item = recordIn(event.item);
  const channel =
    idIn(event.channel) ??
    textIn(event.channel_id) ??
    textIn(container?.channel_id) ??
    textIn(assistant?.channel_id) ??
    idIn(item?.channel);
  if (channel === undefined) return [];
  const carriers = [event, recordIn(event.message), container, assistant, item];
  const named = carriers.flatMap((carrier) => [carrier?.thread_ts, carrier?.message_ts, carrier?.ts]);
  return named.flatMap((ts) => (typeof ts === 'string' ? [`${channel}:${ts}`] : []));
}

/** The threads that are stopped: the session's, and each message that was still being written in it. */
export function stoppedPlaces(body: Body): ReadonlySet<string> {
  const event = recordIn(body.event) ?? {};
  const channel = idIn(event.channel);
  const streams = Array.isArray(event.streaming_message_ts) ? event.streaming_message_ts : [];
  const stamps = [event.thread_ts, ...streams].filter((ts): ts is string => typeof ts === 'string');
  return new Set(channel === undefined ? [] : stamps.map((ts) => `${channel}:${ts}`));
}

function idIn(value: unknown): string | undefined {
  return textIn(value) ?? textIn(recordIn(value)?.id);
}
