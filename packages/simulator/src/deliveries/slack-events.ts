/**
 * Turns what happened in a workspace into Slack's inner events: the `event` of a delivery, and on RTM the frame itself.
 * Who gets them is recipients.ts; how they travel is event-deliveries.ts.
 */
import { assertNever } from '../assert-never.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import { userShape } from '../workspace/slack-shapes.ts';
import { appEvents } from './app-events.ts';
import { conversationEvents, memberEvents } from './conversation-events.ts';
import { emojiEvent, fileEvents, linkEvent, pinEvent, reactionEvent } from './item-events.ts';
import { messageEvents } from './message-events.ts';
import { metadataEvents } from './metadata-events.ts';
import { personEvents } from './person-events.ts';
import { type SlackEvent, toTeam } from './slack-event.ts';
import { starEvents } from './star-events.ts';
import { usergroupEvents } from './usergroup-events.ts';

/** The inner events of a fact. `eventTs` is when it happened, the same for everybody who hears of it. */
export function slackEvents(event: DomainEvent, eventTs: string): readonly SlackEvent[] {
  switch (event.type) {
    case 'message_posted':
    case 'message_changed':
    case 'message_deleted':
      return [...messageEvents(event, eventTs), ...metadataEvents(event, eventTs)];
    case 'channel_created':
    case 'channel_renamed':
    case 'channel_archived':
    case 'channel_unarchived':
    case 'channel_deleted':
    case 'im_created':
    case 'im_opened':
    case 'im_closed':
      return conversationEvents(event, eventTs);
    case 'member_joined':
    case 'member_left':
      return memberEvents(event, eventTs);
    case 'reaction_added':
    case 'reaction_removed':
      return [reactionEvent(event, eventTs)];
    case 'pin_added':
    case 'pin_removed':
      return [pinEvent(event, eventTs)];
    case 'star_added':
    case 'star_removed':
      return starEvents(event, eventTs);
    case 'file_created':
    case 'file_changed':
    case 'file_public':
    case 'file_deleted':
    case 'file_shared':
    case 'file_unshared':
      return fileEvents(event, eventTs);
    case 'link_shared':
      return [linkEvent(event, eventTs)];
    case 'app_home_opened':
    case 'call_rejected':
    case 'function_executed':
    case 'assistant_thread_started':
    case 'assistant_thread_context_changed':
    case 'agent_session_stopped':
    case 'agent_session_title_changed':
    case 'app_context_changed':
    case 'entity_details_requested':
    case 'team_access_granted':
    case 'team_access_revoked':
    case 'tokens_revoked':
    case 'app_removed':
      return appEvents(event, eventTs);
    case 'usergroup_created':
    case 'usergroup_updated':
    case 'usergroup_members_changed':
      return usergroupEvents(event, eventTs);
    case 'user_changed':
    case 'dnd_changed':
      return personEvents(event, eventTs);
    case 'user_joined_team':
    case 'team_renamed':
    case 'team_domain_changed':
    case 'emoji_changed':
    case 'grid_migration_started':
    case 'grid_migration_finished':
      return [teamEvent(event, eventTs)];
    // Presence, marks, typing and ephemeral messages are of RTM only, topics are lines; an app is not told of what it said or installed itself.
    case 'app_installed':
    case 'assistant_thread_changed':
    case 'ephemeral_posted':
    case 'channel_marked':
    case 'manual_presence_changed':
    case 'presence_changed':
    case 'purpose_changed':
    case 'team_created':
    case 'topic_changed':
    case 'user_typing':
      return [];
    default:
      return assertNever(event);
  }
}

type TeamFact = Extract<
  DomainEvent,
  {
    type:
      | 'user_joined_team'
      | 'team_renamed'
      | 'team_domain_changed'
      | 'emoji_changed'
      | 'grid_migration_started'
      | 'grid_migration_finished';
  }
>;

function teamEvent(event: TeamFact, eventTs: string): SlackEvent {
  const { team } = event;
  switch (event.type) {
    case 'user_joined_team':
      return toTeam({ type: 'team_join', user: userShape(team, event.user), event_ts: eventTs }, 'users:read');
    case 'team_renamed':
      return toTeam({ type: 'team_rename', name: team.name, team_id: team.id, event_ts: eventTs }, 'team:read');
    case 'team_domain_changed': {
      const url = `https://${team.domain}.slack.com`;
      return toTeam({ type: 'team_domain_change', url, domain: team.domain, event_ts: eventTs }, 'team:read');
    }
    case 'emoji_changed':
      return emojiEvent(event, eventTs);
    case 'grid_migration_started':
    case 'grid_migration_finished':
      return { ...toTeam({ type: event.type, enterprise_id: event.enterpriseId, event_ts: eventTs }), isOnRtm: false };
    default:
      return assertNever(event);
  }
}
