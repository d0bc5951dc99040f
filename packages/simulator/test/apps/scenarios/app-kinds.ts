/** What the scenarios have in common: the place where most of it happens, and the kinds of app that they are. */
import type { Simulator } from '../../../src/index.ts';

export const place = { team: 'Acme', channel: 'general' } as const;
export const granular = { kind: 'granular' } as const;
export const botScopes = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:manage',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'incoming-webhook',
  'mpim:read',
  'pins:read',
  'pins:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users:read',
  'users:write',
  'channels:join',
  'groups:history',
  'mpim:history',
];
const eventSubscriptions = [
  'app_home_opened',
  'app_mention',
  'assistant_thread_context_changed',
  'assistant_thread_started',
  'message.channels',
  'message.im',
  'reaction_added',
  'member_joined_channel',
];
export const http = { ...granular, botScopes, eventSubscriptions };
export const socket = { ...http, isSocketModeOn: true };

/** A person's act that the app must ack. */
export async function acked(acting: Promise<{ acked: boolean; failure?: string | undefined }>): Promise<void> {
  const { acked: isAcked, failure } = await acting;
  if (!isAcked) throw new Error(`not acked: ${failure}`);
}

/** The user id of the app's bot. */
export async function botOf(control: Simulator['control']): Promise<string> {
  return (await control.installs('Acme'))[0]?.botUserId ?? '';
}
