/** What happens to things in conversations: reactions, pins, files, links. */
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Channel, Message, Team } from '../workspace/model.ts';
import { type Json, messageShape } from '../workspace/slack-shapes.ts';
import { type EventBody, type SlackEvent, toMembers, toTeam } from './slack-event.ts';

type ReactionFact = Extract<DomainEvent, { type: 'reaction_added' | 'reaction_removed' }>;
type PinFact = Extract<DomainEvent, { type: 'pin_added' | 'pin_removed' }>;
type FileFact = Extract<DomainEvent, { fileId: string }>;
type LinkFact = Extract<DomainEvent, { type: 'link_shared' }>;

export function reactionEvent({ type, channel, message, userId, reaction }: ReactionFact, eventTs: string): SlackEvent {
  const body: EventBody = {
    type,
    user: userId,
    reaction,
    item: { type: 'message', channel: channel.id, ts: message.ts },
    ...(message.userId !== undefined && { item_user: message.userId }),
    event_ts: eventTs,
  };
  return toMembers(body, channel, ['reactions:read']);
}

export function pinEvent(event: PinFact, eventTs: string): SlackEvent {
  const { type, team, channel, message, userId, pinCount } = event;
  const pinnedAt = Number.parseInt(eventTs, 10);
  const body: EventBody = {
    type,
    user: userId,
    channel_id: channel.id,
    item: {
      type: 'message',
      created: pinnedAt,
      created_by: userId,
      channel: channel.id,
      message: pinnedMessage(team, channel, message, type === 'pin_added'),
    },
    ...(message.userId !== undefined && { item_user: message.userId }),
    pin_count: pinCount,
    pinned_info: { channel: channel.id, pinned_by: userId, pinned_ts: pinnedAt },
    ...(type === 'pin_removed' && { has_pins: pinCount > 0 }),
    event_ts: eventTs,
  };
  return toMembers(body, channel, ['pins:read']);
}

function pinnedMessage(team: Team, channel: Channel, message: Message, isPinned: boolean): Json {
  return {
    ...messageShape(team, message),
    ...(isPinned && { pinned_to: [channel.id] }),
    permalink: `https://${team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`,
  };
}

const fileTypes: Record<FileFact['type'], string> = {
  file_created: 'file_created',
  file_changed: 'file_change',
  file_public: 'file_public',
  file_deleted: 'file_deleted',
  file_shared: 'file_shared',
  file_unshared: 'file_unshared',
};

/** Sharing concerns the conversation, everything else whoever may read files. */
export function fileEvents(event: FileFact, eventTs: string): SlackEvent[] {
  const { team, fileId, userId, channelIds } = event;
  const type = fileTypes[event.type];
  if (event.type === 'file_deleted') {
    return [toTeam({ type, file_id: fileId, channel_ids: channelIds, event_ts: eventTs }, 'files:read')];
  }
  const body: EventBody = { type, file_id: fileId, user_id: userId, file: { id: fileId } };
  if (event.type !== 'file_shared' && event.type !== 'file_unshared') {
    return [toTeam({ ...body, event_ts: eventTs }, 'files:read')];
  }
  return channelIds.flatMap((id) => {
    const channel = team.channels.get(id);
    return channel ? [toMembers({ ...body, channel_id: id, event_ts: eventTs }, channel, ['files:read'])] : [];
  });
}

export function linkEvent({ channel, message, links }: LinkFact, eventTs: string): SlackEvent {
  const body: EventBody = {
    type: 'link_shared',
    channel: channel.id,
    user: message.userId,
    message_ts: message.ts,
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    links,
    is_bot_user_member: true,
    unfurl_id: `${channel.id}-${message.ts}`,
    source: 'conversations_history',
    event_ts: eventTs,
  };
  return toMembers(body, channel, ['links:read']);
}

/** `value` of a custom emoji is a URL, or `alias:name`. */
export function emojiEvent({ change }: Extract<DomainEvent, { type: 'emoji_changed' }>, eventTs: string): SlackEvent {
  const { kind, ...facts } = change;
  return toTeam({ type: 'emoji_changed', subtype: kind, ...snakeCase(facts), event_ts: eventTs }, 'emoji:read');
}

function snakeCase(facts: Readonly<Record<string, unknown>>): Json {
  const renamed = { oldName: 'old_name', newName: 'new_name' } as const;
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name in renamed ? renamed[name as keyof typeof renamed] : name,
      value,
    ]),
  );
}
