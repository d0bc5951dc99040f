/** What happens to a conversation: made, renamed, archived, opened, and who comes and goes. */
import { assertNever } from '../assert-never.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Channel, Team } from '../workspace/model.ts';
import { channelShape, headlineShape, type Json, seconds } from '../workspace/slack-shapes.ts';
import { type EventBody, readScope, type SlackEvent, toMembers, toTeam } from './slack-event.ts';

type ConversationFact = Extract<
  DomainEvent,
  {
    type:
      | 'channel_created'
      | 'channel_renamed'
      | 'channel_archived'
      | 'channel_unarchived'
      | 'channel_deleted'
      | 'im_created'
      | 'im_opened'
      | 'im_closed';
  }
>;
type MemberFact = Extract<DomainEvent, { type: 'member_joined' | 'member_left' }>;

/** Public channels concern everybody; the private ones say `group_…` and concern their members. */
export function conversationEvents(event: ConversationFact, eventTs: string): SlackEvent[] {
  const { team, channel } = event;
  const prefix = channel.kind === 'channel' ? 'channel' : 'group';
  const tell = (body: EventBody): SlackEvent =>
    channel.kind === 'channel' ? toTeam(body, 'channels:read') : toMembers(body, channel, [readScope(channel)]);
  switch (event.type) {
    case 'channel_created':
      // A private channel is announced to nobody but who is in it, by `group_joined` on RTM.
      if (channel.kind !== 'channel') return [];
      return [tell({ type: 'channel_created', channel: createdChannel(team, channel), event_ts: eventTs })];
    case 'channel_renamed':
      return [tell({ type: `${prefix}_rename`, channel: renamedChannel(channel), event_ts: eventTs })];
    case 'channel_archived':
      return [tell({ ...ended(`${prefix}_archive`, event, eventTs), is_moved: 0 })];
    case 'channel_unarchived':
      return [
        tell({
          ...ended(`${prefix}_unarchive`, event, eventTs),
          ...(prefix === 'group' && { actor_id: event.userId }),
        }),
      ];
    case 'channel_deleted':
      return [tell(deleted(`${prefix}_deleted`, event, eventTs))];
    case 'im_created':
      return createdDirectMessage(team, channel, eventTs);
    case 'im_opened':
    case 'im_closed': {
      const kind = channel.kind === 'im' ? 'im' : 'group';
      const type = `${kind}_${event.type === 'im_opened' ? 'open' : 'close'}`;
      return [
        toMembers({ type, user: event.userId, channel: channel.id, event_ts: eventTs }, channel, [readScope(channel)]),
      ];
    }
    default:
      return assertNever(event);
  }
}

/** Somebody came or went; who goes is told as well. */
export function memberEvents(event: MemberFact, eventTs: string): SlackEvent[] {
  const { team, channel, userId } = event;
  if (channel.kind === 'im' || channel.kind === 'mpim') return [];
  const scopes = [readScope(channel)];
  const facts = {
    user: userId,
    channel: channel.id,
    channel_type: channel.kind === 'channel' ? 'C' : 'G',
    team: team.id,
    ...(team.enterprise && { enterprise: team.enterprise.id }),
  };
  if (event.type === 'member_joined') {
    const { inviterId } = event;
    const inviter = inviterId === undefined ? {} : { inviter: inviterId };
    return [toMembers({ type: 'member_joined_channel', ...facts, ...inviter, event_ts: eventTs }, channel, scopes)];
  }
  const type = channel.kind === 'channel' ? 'channel_left' : 'group_left';
  const left: EventBody = { type, channel: channel.id, actor_id: event.actorId ?? userId, event_ts: eventTs };
  return [
    toMembers({ type: 'member_left_channel', ...facts, event_ts: eventTs }, channel, scopes, userId),
    { body: left, subscription: type, scopes, audience: { kind: 'users', userIds: [userId] } },
  ];
}

function createdChannel(team: Team, channel: Channel): Json {
  return {
    ...renamedChannel(channel),
    creator: channel.creatorId,
    is_shared: false,
    is_org_shared: false,
    context_team_id: team.id,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    is_archived: false,
    is_general: channel.isGeneral,
    unlinked: 0,
    is_pending_ext_shared: false,
    pending_shared: [],
    updated: channel.createdAtMs,
    is_ext_shared: false,
    shared_team_ids: [team.id],
    pending_connected_team_ids: [],
    topic: headlineShape(channel.topic),
    purpose: headlineShape(channel.purpose),
    previous_names: [],
  };
}

function renamedChannel(channel: Channel): Json {
  return {
    id: channel.id,
    is_channel: channel.kind === 'channel',
    is_mpim: channel.kind === 'mpim',
    name: channel.name,
    name_normalized: channel.name,
    created: seconds(channel.createdAtMs),
  };
}

function ended(type: string, { channel, userId }: { channel: Channel; userId: string }, eventTs: string): EventBody {
  return { type, channel: channel.id, user: userId, event_ts: eventTs };
}

function deleted(type: string, { channel, userId }: { channel: Channel; userId: string }, eventTs: string): EventBody {
  return {
    type,
    channel: channel.id,
    ...(channel.kind !== 'channel' && { date_deleted: Number.parseInt(eventTs, 10) }),
    actor_id: userId,
    event_ts: eventTs,
  };
}

/** Each of the two hears of it with the other one's id. */
function createdDirectMessage(team: Team, channel: Channel, eventTs: string): SlackEvent[] {
  if (channel.kind !== 'im') return [];
  const members = [...channel.members];
  return members.map((userId) => ({
    body: {
      type: 'im_created',
      user: members.find((id) => id !== userId) ?? userId,
      channel: channelShape(team, channel, userId),
      event_ts: eventTs,
    },
    subscription: 'im_created',
    scopes: ['im:read'],
    audience: { kind: 'users', userIds: [userId] },
  }));
}
