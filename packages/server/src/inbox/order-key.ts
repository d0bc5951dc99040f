/**
 * Which events start in order: those of one conversation, or of one thread in it, and the unsent message of one person.
 * Pure. What names no conversation waits for nobody.
 */
import { type Body, recordIn, textIn } from '../slack/delivery/body.ts';

/** `channel` of a `link_shared` whose message is still being written. (https://docs.slack.dev/reference/events/link_shared) */
const COMPOSER = 'COMPOSER';

/**
 * Events with the same key start in the order in which they came; undefined = no order. A reply, what edits, deletes or pins
 * it, and what tells of it are of the thread `channel:thread_ts`; everything else is of the conversation `channel`. A root is
 * of the conversation, also when it is edited after its first reply (from then on its `thread_ts` is its own `ts`): its edit
 * stays behind it, and replies do not wait for the conversation. A reaction says no thread, so it is of the conversation.
 */
export function orderKeyOf(event: Body): string | undefined {
  // It is about what runs in the conversation now, and must not wait for its end.
  if (event.type === 'agent_session_stopped') return undefined;
  const channel = conversationOf(event);
  if (channel === COMPOSER) return composerOf(event);
  if (channel === undefined) return undefined;
  const thread = threadOf(event);
  return thread === undefined ? channel : `${channel}:${thread}`;
}

/** An id in most events; an object in channel_rename and its like; elsewhere in what is pinned, starred, reacted to or opened. */
function conversationOf(event: Body): string | undefined {
  return (
    idOf(event.channel) ??
    textIn(event.channel_id) ??
    idOf(recordIn(event.item)?.channel) ??
    textIn(recordIn(event.assistant_thread)?.channel_id) ??
    // Events before the change came under the old id.
    textIn(event.old_channel_id)
  );
}

function threadOf(event: Body): string | undefined {
  const { message } = event;
  // Its `message` is the root, of whose thread it tells.
  if (event.subtype === 'message_replied') return textIn(recordIn(message)?.thread_ts) ?? textIn(recordIn(message)?.ts);
  return (
    threadOfReply(event) ??
    threadOfReply(message) ??
    threadOfReply(event.previous_message) ??
    threadOfReply(recordIn(event.item)?.message) ??
    textIn(recordIn(event.assistant_thread)?.thread_ts)
  );
}

/** The thread in which the message is a reply; a root's own `thread_ts` says only that there are replies. */
function threadOfReply(value: unknown): string | undefined {
  const message = recordIn(value);
  const thread = textIn(message?.thread_ts);
  // Slack's own root of an assistant's thread: nothing of the conversation beside the thread is about it.
  if (message?.subtype === 'assistant_app_thread') return thread;
  return thread === (message?.ts ?? message?.message_ts) ? undefined : thread;
}

/** Nobody's conversation: each person's unsent message is by itself. */
function composerOf(event: Body): string | undefined {
  const { user, message_ts: draft } = event;
  if (typeof user === 'string' && typeof draft === 'string') return `${COMPOSER}:${user}:${draft}`;
  const unfurl = textIn(event.unfurl_id);
  return unfurl === undefined ? undefined : `${COMPOSER}:${unfurl}`;
}

function idOf(value: unknown): string | undefined {
  return textIn(value) ?? textIn(recordIn(value)?.id);
}
