/** Posts messages and keeps the last ones of each conversation. */
import { linksIn } from './links.ts';
import type { Channel, Message, Team } from './model.ts';
import type { World } from './world.ts';

/** How many messages a conversation keeps; older ones are forgotten, so that memory stays bounded. */
export const MESSAGES_KEPT_PER_CHANNEL = 10_000;

/** A message that is about to be posted. */
export type Draft = { text: string } & Partial<Omit<Message, 'ts' | 'thread' | 'parent' | 'text'>>;

/** A message on its way into a conversation. */
export interface PostRequest {
  team: Team;
  channel: Channel;
  draft: Draft;
  /** The RTM socket that sent it: it gets an ack instead of an echo. */
  viaSocketId?: string | undefined;
  /** Whether apps are told of links in the text. @defaultValue true */
  isUnfurled?: boolean | undefined;
  /** A timestamp that was taken just now for this message. @defaultValue a fresh one */
  ts?: string | undefined;
}

/** Posts a message and tells who watches. */
export function postMessage(world: World, request: PostRequest): Message {
  const { team, channel, draft, viaSocketId, isUnfurled = true } = request;
  const message = newMessage(world, channel, draft, request.ts);
  channel.messages.push(message);
  // A closed direct message comes back with its next message.
  channel.closedFor.clear();
  if (channel.messages.length > MESSAGES_KEPT_PER_CHANNEL) {
    channel.messages.shift();
    channel.isTrimmed = true;
  }
  if (message.parent) countReply(message.parent, message);
  world.events.emit({ type: 'message_posted', team, channel, message, viaSocketId });
  const links = isUnfurled ? linksIn(message.text) : [];
  if (links.length > 0) world.events.emit({ type: 'link_shared', team, channel, message, links });
  return message;
}

/** A message that nobody has seen yet. An answer to an answer belongs to the thread of that one, as on Slack. */
export function newMessage(world: World, channel: Channel, draft: Draft, ts = world.ids.timestamp()): Message {
  const target = draft.threadTs === undefined ? undefined : findMessage(channel, draft.threadTs);
  const parent = target?.parent ?? target;
  const threadTs = parent?.ts ?? draft.threadTs;
  return { ...emptyMessage, ...draft, threadTs, parent, ts, thread: undefined };
}

/** The message with that timestamp, if the conversation still keeps it. */
export function findMessage(channel: Channel, ts: string): Message | undefined {
  return channel.messages.findLast((message) => message.ts === ts);
}

const emptyMessage = {
  parent: undefined,
  threadTs: undefined,
  subtype: undefined,
  details: undefined,
  files: undefined,
  userId: undefined,
  botId: undefined,
  appId: undefined,
  username: undefined,
  icons: undefined,
  clientMsgId: undefined,
  blocks: undefined,
  attachments: undefined,
  metadata: undefined,
  unfurledEntities: undefined,
  edited: undefined,
  reactions: undefined,
  isPinned: false,
  functionRunId: undefined,
  stream: undefined,
} as const satisfies Omit<Message, 'ts' | 'text' | 'thread'>;

function countReply(root: Message, reply: Message): void {
  root.thread ??= { replyCount: 0, latestReply: reply.ts, replyUsers: new Set() };
  root.thread.replyCount += 1;
  root.thread.latestReply = reply.ts;
  const author = reply.userId ?? reply.botId;
  if (author !== undefined) root.thread.replyUsers.add(author);
}

/** Counts the answers of a thread anew, after one was deleted. */
export function recountReplies(channel: Channel, root: Message): void {
  root.thread = undefined;
  for (const message of channel.messages) if (message.threadTs === root.ts) countReply(root, message);
}
