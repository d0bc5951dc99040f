/** Changes and deletes messages, and tells who watches with the message as it was. */

import { seconds } from './json.ts';
import { findMessage, recountReplies } from './messages.ts';
import type { Channel, Message, Team } from './model.ts';
import { unpinMessage } from './pins.ts';
import type { World } from './world.ts';

/** The author of what Slack itself writes. */
const SLACKBOT = 'USLACKBOT';

/** What may be changed in a message. Absent fields stay. */
export type MessageChange = Partial<Pick<Message, 'text' | 'blocks' | 'attachments' | 'metadata' | 'subtype'>>;

/** Where a message is. */
export interface MessagePlace {
  team: Team;
  channel: Channel;
  message: Message;
}

/** Somebody edits a message: it says so from now on, in whole seconds. A bot is named by its B… id. */
export function editMessage(world: World, place: MessagePlace, change: MessageChange & { editorId: string }): void {
  const { editorId, ...parts } = change;
  changeMessage(world, place, { ...parts, edited: { editorId, ts: `${seconds(world.clock.now())}.000000` } });
}

/** A message changes without being edited: previews of links, text that streams in. */
export function changeMessage(
  world: World,
  { team, channel, message }: MessagePlace,
  change: MessageChange & Partial<Pick<Message, 'details' | 'edited' | 'stream' | 'unfurledEntities'>>,
): void {
  const previous = { ...message };
  Object.assign(message, change);
  world.events.emit({ type: 'message_changed', team, channel, message, previous });
}

/** A person stops a message that is still being written; false when it is not. */
export function stopMessageStream(world: World, place: MessagePlace): boolean {
  const { stream } = place.message;
  if (stream?.state !== 'in_progress') return false;
  changeMessage(world, place, { stream: { ...stream, state: 'stopped_by_user' } });
  return true;
}

/** Deletes a message. The first one of a thread leaves a tombstone, because its answers stay. */
export function deleteMessage(world: World, { team, channel, message }: MessagePlace): void {
  const index = channel.messages.indexOf(message);
  if (index < 0) return;
  if (message.isPinned) unpinMessage(world, { team, channel, message }, message.userId ?? SLACKBOT);
  if (message.thread) {
    const tombstone = tombstoneOf(message);
    channel.messages[index] = tombstone;
    world.events.emit({ type: 'message_changed', team, channel, message: tombstone, previous: message });
    return;
  }
  channel.messages.splice(index, 1);
  const root = message.threadTs === undefined ? undefined : findMessage(channel, message.threadTs);
  if (root) recountReplies(channel, root);
  world.events.emit({ type: 'message_deleted', team, channel, message });
}

function tombstoneOf(message: Message): Message {
  return {
    ...message,
    subtype: 'tombstone',
    userId: SLACKBOT,
    botId: undefined,
    appId: undefined,
    username: undefined,
    icons: undefined,
    clientMsgId: undefined,
    text: 'This message was deleted.',
    blocks: undefined,
    attachments: undefined,
    metadata: undefined,
    unfurledEntities: undefined,
    edited: undefined,
    reactions: undefined,
    stream: undefined,
  };
}
