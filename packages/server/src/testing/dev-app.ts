/** The Slack app of `dev`: what the transport needs, allowed and subscribed to everything that a bot may try out. */
import type { AppSeed } from 'slack-simulator';

const scopes = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users:read',
];

const events = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'assistant_thread_context_changed',
  'assistant_thread_started',
  'channel_created',
  'channel_rename',
  'member_joined_channel',
  'member_left_channel',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'reaction_added',
  'reaction_removed',
  'team_join',
  'tokens_revoked',
  'user_change',
];

/** RTM is for classic apps alone, everything else for granular ones. */
export function devAppOf(transport: 'http' | 'socket' | 'rtm'): AppSeed {
  if (transport === 'rtm') return {};
  return { kind: 'granular', botScopes: scopes, eventSubscriptions: events, isSocketModeOn: transport === 'socket' };
}
