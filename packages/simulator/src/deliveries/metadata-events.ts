/** `message_metadata_…`: what apps wrote beside their messages. (https://docs.slack.dev/reference/events/message_metadata_posted) */
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Channel, Message, Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { EventBody, SlackEvent } from './slack-event.ts';

type MessageFact = Extract<DomainEvent, { type: 'message_posted' | 'message_changed' | 'message_deleted' }>;

/** The event of a message's metadata: none when it has and had none. */
export function metadataEvents(event: MessageFact, eventTs: string): SlackEvent[] {
  const { team, channel, message } = event;
  const now = metadataOf(message);
  const facts = aboutMessage(team, channel, message, eventTs);
  if (event.type === 'message_posted') {
    return now ? [toMembers(channel, { type: 'message_metadata_posted', ...facts, metadata: now })] : [];
  }
  if (event.type === 'message_deleted') {
    const deleted = { type: 'message_metadata_deleted', ...facts, previous_metadata: now, deleted_ts: eventTs };
    return now ? [toMembers(channel, deleted)] : [];
  }
  const before = metadataOf(event.previous);
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  if (!now) {
    const deleted = { type: 'message_metadata_deleted', ...facts, previous_metadata: before, deleted_ts: eventTs };
    return [toMembers(channel, deleted)];
  }
  const changed = { metadata: now, ...(before && { previous_metadata: before }) };
  return [
    toMembers(channel, { type: before ? 'message_metadata_updated' : 'message_metadata_posted', ...facts, ...changed }),
  ];
}

/** Metadata without a type is none: some clients send it empty with each message. */
function metadataOf({ metadata }: Message): Json | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('event_type' in metadata)) return undefined;
  return metadata.event_type === '' ? undefined : { ...metadata };
}

function aboutMessage(team: Team, channel: Channel, message: Message, eventTs: string): Json {
  return {
    app_id: message.appId,
    bot_id: message.botId,
    user_id: message.userId ?? team.bots.get(message.botId ?? '')?.userId,
    team_id: team.id,
    channel_id: channel.id,
    message_ts: message.ts,
    event_ts: eventTs,
  };
}

function toMembers(channel: Channel, body: EventBody): SlackEvent {
  const audience = { kind: 'members', channel } as const;
  return { body, subscription: body.type, scopes: ['metadata.message:read'], audience, isOnRtm: false };
}
