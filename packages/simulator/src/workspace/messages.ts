/** Posts messages and keeps the last ones of each conversation. */
import type { Channel, Message, Team } from './model.ts';
import type { World } from './world.ts';

/** How many messages a conversation keeps; older ones are forgotten, so that memory stays bounded. */
export const MESSAGES_KEPT_PER_CHANNEL = 1000;

/** A message that is about to be posted. */
export type Draft = { text: string } & Partial<Omit<Message, 'ts' | 'thread' | 'text'>>;

/** Posts a message and tells who watches. `viaSocketId` is the RTM socket that sent it: it gets an ack instead of an echo. */
export function postMessage(
  world: World,
  options: { team: Team; channel: Channel; draft: Draft; viaSocketId?: string | undefined },
): Message {
  const { team, channel, draft, viaSocketId } = options;
  const message: Message = { ...emptyMessage, ...draft, ts: world.ids.timestamp(), thread: undefined };
  channel.messages.push(message);
  if (channel.messages.length > MESSAGES_KEPT_PER_CHANNEL) channel.messages.shift();
  if (message.threadTs !== undefined) countReply(channel, message);
  world.events.emit({ type: 'message_posted', team, channel, message, viaSocketId });
  return message;
}

/** The message with that timestamp, if the conversation still keeps it. */
export function findMessage(channel: Channel, ts: string): Message | undefined {
  return channel.messages.findLast((message) => message.ts === ts);
}

const emptyMessage = {
  threadTs: undefined,
  subtype: undefined,
  userId: undefined,
  botId: undefined,
  appId: undefined,
  username: undefined,
  icons: undefined,
  clientMsgId: undefined,
  blocks: undefined,
  attachments: undefined,
  metadata: undefined,
} as const satisfies Omit<Message, 'ts' | 'text' | 'thread'>;

function countReply(channel: Channel, reply: Message): void {
  const root = findMessage(channel, reply.threadTs ?? '');
  if (!root) return;
  root.thread ??= { replyCount: 0, latestReply: reply.ts, replyUsers: new Set() };
  root.thread.replyCount += 1;
  root.thread.latestReply = reply.ts;
  const author = reply.userId ?? reply.botId;
  if (author !== undefined) root.thread.replyUsers.add(author);
}
