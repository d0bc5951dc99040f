/** `message` in all its subtypes, and `app_mention`. (https://docs.slack.dev/reference/events/message) */
import { assertNever } from '../assert-never.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import { findMessage } from '../workspace/messages.ts';
import type { Channel, ChannelKind, Message, Team, User } from '../workspace/model.ts';
import { channelType, type Json, messageShape } from '../workspace/slack-shapes.ts';
import type { EventBody, SlackEvent } from './slack-event.ts';

const subscriptionOf: Record<ChannelKind, string> = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
  mpim: 'message.mpim',
};
const historyScopeOf: Record<ChannelKind, string> = {
  channel: 'channels:history',
  group: 'groups:history',
  im: 'im:history',
  mpim: 'mpim:history',
};
/** Besides messages without a subtype; "has joined the channel" and its like mention nobody. */
const MENTIONING: ReadonlySet<string> = new Set(['bot_message', 'me_message', 'thread_broadcast', 'file_share']);

type MessageFact = Extract<DomainEvent, { type: 'message_posted' | 'message_changed' | 'message_deleted' }>;

/** The events of a message: one for who reads the conversation, and one per bot that it mentions. */
export function messageEvents(event: MessageFact, eventTs: string): SlackEvent[] {
  const { team, channel, message } = event;
  switch (event.type) {
    case 'message_posted':
      return [toReaders(channel, postedBody(team, channel, message)), ...mentions(team, channel, message)];
    case 'message_changed':
      return [toReaders(channel, changedBody(event, eventTs))];
    case 'message_deleted':
      return [toReaders(channel, deletedBody(event, eventTs))];
    default:
      return assertNever(event);
  }
}

function toReaders(channel: Channel, body: EventBody): SlackEvent {
  return {
    body,
    subscription: subscriptionOf[channel.kind],
    scopes: [historyScopeOf[channel.kind]],
    audience: { kind: 'members', channel },
  };
}

function postedBody(team: Team, channel: Channel, message: Message): EventBody {
  const root = message.subtype === 'thread_broadcast' ? findMessage(channel, message.threadTs ?? '') : undefined;
  return {
    ...messageShape(team, message),
    type: 'message',
    ...parentOf(channel, message),
    ...(root && { root: messageShape(team, root) }),
    ...contextOf(channel, message),
    channel: channel.id,
    event_ts: message.ts,
    channel_type: channelType(channel),
  };
}

/** What a person looks at while writing to an app, if the app is told. (@slack/types 3.2.0, GenericMessageEvent) */
function contextOf({ appContext }: Channel, { botId }: Message): Json {
  return appContext && botId === undefined ? { app_context: appContext } : {};
}

/** Who began the thread. */
function parentOf(channel: Channel, message: Message): Json {
  if (message.threadTs === undefined || message.threadTs === message.ts) return {};
  const author = findMessage(channel, message.threadTs)?.userId;
  return author === undefined ? {} : { parent_user_id: author };
}

function changedBody(
  { team, channel, message, previous }: Extract<MessageFact, { type: 'message_changed' }>,
  eventTs: string,
): EventBody {
  return {
    type: 'message',
    subtype: 'message_changed',
    message: inOtherMessage(team, message),
    previous_message: inOtherMessage(team, previous),
    channel: channel.id,
    hidden: true,
    ts: eventTs,
    event_ts: eventTs,
    channel_type: channelType(channel),
  };
}

function deletedBody(
  { team, channel, message }: Extract<MessageFact, { type: 'message_deleted' }>,
  eventTs: string,
): EventBody {
  return {
    type: 'message',
    subtype: 'message_deleted',
    previous_message: inOtherMessage(team, message),
    channel: channel.id,
    hidden: true,
    deleted_ts: message.ts,
    ts: eventTs,
    event_ts: eventTs,
    channel_type: channelType(channel),
  };
}

function inOtherMessage(team: Team, message: Message): Json {
  return { ...messageShape(team, message), source_team: team.id, user_team: team.id };
}

/** Direct messages mention nobody: there `message.im` says it. (https://docs.slack.dev/reference/events/app_mention) */
function mentions(team: Team, channel: Channel, message: Message): SlackEvent[] {
  if (channel.kind === 'im') return [];
  if (message.subtype !== undefined && !MENTIONING.has(message.subtype)) return [];
  return mentionedBots(team, channel, message).map((bot) => ({
    body: mentionBody(team, channel, message),
    subscription: 'app_mention',
    scopes: ['app_mentions:read'],
    audience: { kind: 'users', userIds: [bot.id] },
    isOnRtm: false,
  }));
}

function mentionedBots(team: Team, channel: Channel, message: Message): User[] {
  if (!message.text.includes('<@') && !message.blocks) return [];
  const blocks = message.blocks ? JSON.stringify(message.blocks) : '';
  return [...team.users.values()].filter(
    ({ id, botId }) =>
      botId !== undefined &&
      id !== message.userId &&
      botId !== message.botId &&
      channel.members.has(id) &&
      (new RegExp(`<@${id}[|>]`).test(message.text) ||
        blocks.includes(`"user_id":"${id}"`) ||
        blocks.includes(`<@${id}>`)),
  );
}

function mentionBody(team: Team, channel: Channel, message: Message): EventBody {
  const { subtype: _, ...shape } = messageShape(team, message);
  return { ...shape, type: 'app_mention', ...parentOf(channel, message), channel: channel.id, event_ts: message.ts };
}
