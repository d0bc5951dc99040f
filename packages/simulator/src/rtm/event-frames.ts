/** Turns what happened in a workspace into RTM frames, and says which users' sockets see them. */
import { assertNever } from '../assert-never.ts';
import type { Audience } from '../deliveries/slack-event.ts';
import { slackEvents } from '../deliveries/slack-events.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Channel, Message, Team } from '../workspace/model.ts';
import { channelShape, type Json, messageShape, seconds, userShape } from '../workspace/slack-shapes.ts';

/** One frame and who gets it. */
export interface EventFrame {
  readonly frame: Json;
  /** Whether the socket of this user gets it. */
  readonly sees: (userId: string) => boolean;
  /** A socket that gets an ack in place of the frame. */
  readonly exceptSocketId?: string | undefined;
}

/** The frames of an event; presence is not here, because sockets subscribe to it one by one. */
export function eventFrames(event: DomainEvent, eventTs: string): readonly EventFrame[] {
  switch (event.type) {
    case 'message_posted':
      return [
        {
          frame: messageFrame(event.team, event.channel, event.message),
          sees: (userId) => event.channel.members.has(userId),
          exceptSocketId: event.viaSocketId,
        },
        ...repliedFrames(event, eventTs),
      ];
    case 'ephemeral_posted':
      return [
        {
          frame: { ...messageFrame(event.team, event.channel, event.message), is_ephemeral: true },
          sees: (userId) => userId === event.userId,
        },
      ];
    case 'user_typing':
      return [
        {
          frame: { type: 'user_typing', channel: event.channel.id, user: event.userId },
          sees: (userId) => userId !== event.userId && event.channel.members.has(userId),
        },
      ];
    case 'channel_marked':
      return [{ frame: markedFrame(event.channel, event.ts), sees: (userId) => userId === event.userId }];
    case 'manual_presence_changed':
      return [
        {
          frame: { type: 'manual_presence_change', presence: event.user.isManuallyAway ? 'away' : 'active' },
          sees: (userId) => userId === event.user.id,
        },
      ];
    case 'member_joined':
      return memberJoined(event);
    case 'channel_created':
      return event.channel.kind === 'channel'
        ? [{ frame: channelCreated(event.team, event.channel), sees: () => true }]
        : [];
    case 'im_created':
      return imCreated(event.team, event.channel);
    case 'user_joined_team':
      return [
        {
          frame: { type: 'team_join', user: { ...userShape(event.team, event.user), presence: event.user.presence } },
          sees: () => true,
        },
      ];
    // Uninstalls are silent on RTM, and presence goes to subscribers only.
    case 'app_installed':
    case 'app_removed':
    case 'call_rejected':
    case 'function_executed':
    case 'presence_changed':
    case 'team_created':
      return [];
    case 'agent_session_stopped':
    case 'agent_session_title_changed':
    case 'app_context_changed':
    case 'app_home_opened':
    case 'assistant_thread_changed':
    case 'assistant_thread_context_changed':
    case 'assistant_thread_started':
    case 'channel_archived':
    case 'channel_deleted':
    case 'channel_renamed':
    case 'channel_unarchived':
    case 'dnd_changed':
    case 'emoji_changed':
    case 'entity_details_requested':
    case 'file_changed':
    case 'file_created':
    case 'file_deleted':
    case 'file_public':
    case 'file_shared':
    case 'file_unshared':
    case 'grid_migration_finished':
    case 'grid_migration_started':
    case 'im_closed':
    case 'im_opened':
    case 'link_shared':
    case 'member_left':
    case 'message_changed':
    case 'message_deleted':
    case 'pin_added':
    case 'pin_removed':
    case 'purpose_changed':
    case 'reaction_added':
    case 'reaction_removed':
    case 'star_added':
    case 'star_removed':
    case 'team_access_granted':
    case 'team_access_revoked':
    case 'team_domain_changed':
    case 'team_renamed':
    case 'tokens_revoked':
    case 'topic_changed':
    case 'user_changed':
    case 'usergroup_created':
    case 'usergroup_members_changed':
    case 'usergroup_updated':
      return sharedFrames(event, eventTs);
    default:
      return assertNever(event);
  }
}

/** The events whose shape is the same on RTM and in the Events API. */
function sharedFrames(event: DomainEvent, eventTs: string): readonly EventFrame[] {
  return slackEvents(event, eventTs).flatMap(({ body, audience, isOnRtm = true }) =>
    isOnRtm ? [{ frame: body, sees: (userId) => isReached(audience, userId) }] : [],
  );
}

function isReached(audience: Audience, userId: string): boolean {
  switch (audience.kind) {
    case 'team':
      return true;
    case 'members':
      return audience.channel.members.has(userId) || audience.alsoUserId === userId;
    case 'users':
    case 'people':
      return audience.userIds.includes(userId);
    case 'app':
      return false;
    default:
      return assertNever(audience);
  }
}

/** A message as it arrives on a socket. */
export function messageFrame(team: Team, channel: Channel, message: Message): Json {
  return {
    ...messageShape(team, message),
    channel: channel.id,
    event_ts: message.ts,
    source_team: team.id,
    user_team: team.id,
    suppress_notification: false,
  };
}

function markedFrame({ id, kind }: Channel, ts: string): Json {
  const prefix = ({ channel: 'channel', group: 'group', im: 'im', mpim: 'mpim' } as const)[kind];
  return { type: `${prefix}_marked`, channel: id, ts };
}

/** A thread got an answer: its first message comes again, with the new counts. (https://docs.slack.dev/reference/events/message/message_replied) */
function repliedFrames(event: Extract<DomainEvent, { type: 'message_posted' }>, eventTs: string): EventFrame[] {
  const { team, channel, message } = event;
  const { parent } = message;
  if (!parent) return [];
  const root = { ...messageShape(team, parent), replies: [{ user: message.userId ?? message.botId, ts: message.ts }] };
  const { id } = channel;
  const frame = { type: 'message', subtype: 'message_replied', hidden: true, channel: id, message: root };
  return [{ frame: { ...frame, ts: eventTs, event_ts: eventTs }, sees: (userId) => channel.members.has(userId) }];
}

function memberJoined(event: Extract<DomainEvent, { type: 'member_joined' }>): EventFrame[] {
  const { team, channel, userId, inviterId } = event;
  const joined: EventFrame = {
    frame: {
      type: 'member_joined_channel',
      user: userId,
      channel: channel.id,
      channel_type: channel.kind === 'channel' ? 'C' : 'G',
      team: team.id,
      ...(inviterId !== undefined && { inviter: inviterId }),
    },
    sees: (viewerId) => channel.members.has(viewerId),
  };
  const type = channel.kind === 'channel' ? 'channel_joined' : 'group_joined';
  const mine: EventFrame = {
    frame: { type, channel: channelShape(team, channel, userId) },
    sees: (viewerId) => viewerId === userId,
  };
  return [mine, joined];
}

function channelCreated(team: Team, channel: Channel): Json {
  const { id, name, creatorId, createdAtMs } = channel;
  return {
    type: 'channel_created',
    channel: {
      id,
      name,
      name_normalized: name,
      is_channel: true,
      is_shared: false,
      is_org_shared: false,
      created: seconds(createdAtMs),
      creator: creatorId,
      context_team_id: team.id,
    },
  };
}

function imCreated(team: Team, channel: Channel): EventFrame[] {
  if (channel.kind !== 'im') return [];
  return [...channel.members].map((userId) => ({
    frame: {
      type: 'im_created',
      user: [...channel.members].find((id) => id !== userId) ?? userId,
      channel: channelShape(team, channel, userId),
    },
    sees: (viewerId) => viewerId === userId,
  }));
}
