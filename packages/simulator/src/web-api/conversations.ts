/** How a caller names a conversation, and what it may do there. */

import { isRefusal, type Refusal, refuse } from '../wire/answer.ts';
import { text } from '../wire/arguments.ts';
import { canSee, findChannel, openDirectMessage } from '../workspace/channels.ts';
import { findMessage } from '../workspace/messages.ts';
import type { Channel, Message, Team } from '../workspace/model.ts';
import { findUser } from '../workspace/people.ts';
import type { TeamCall } from './method.ts';

/** The `channel` of most methods. */
export const channelArgument = text.required({ invalid: 'channel_not_found' });

/** The conversation with that id or `#name`, if the caller may know of it. */
export function visibleConversation(call: TeamCall, reference: string): Channel | Refusal {
  const channel = findChannel(call.team, reference);
  return channel && canSee(channel, call.token.userId) ? channel : refuse('channel_not_found');
}

/**
 * Where a message goes: a conversation as above, or a person by id, `@id` or `@name`, whose direct message is opened.
 * Slack's older clients still address people so. (slack-ruby-client, spec/integration)
 */
export function postingTarget(call: TeamCall, reference: string): Channel | Refusal {
  const person = findUser(call.team, reference.startsWith('@') ? reference.slice(1) : reference);
  const isNamed = reference.startsWith('@') || person?.id === reference;
  if (person && isNamed) return openDirectMessage(call.world, call.team, [call.token.userId, person.id]).channel;
  return visibleConversation(call, reference);
}

/** Why the caller may not write there, or nothing. Classic bots may post to public channels without joining them. */
export function postingRefusal(call: TeamCall, channel: Channel): Refusal | undefined {
  if (channel.isArchived) return refuse('is_archived');
  if (channel.members.has(call.token.userId)) return undefined;
  const mayPostAnywhere = call.app.kind === 'classic' || call.token.scopes.includes('chat:write.public');
  return channel.kind === 'channel' && mayPostAnywhere ? undefined : refuse('not_in_channel');
}

/** The conversation in which the caller writes, or why it may not. `readOnly` is the method's code for that. */
export function writableConversation(
  call: TeamCall,
  reference: string,
  { readOnly = 'restricted_action_read_only_channel' }: { readOnly?: string } = {},
): Channel | Refusal {
  const channel = postingTarget(call, reference);
  if (isRefusal(channel)) return channel;
  const refusal = postingRefusal(call, channel);
  if (refusal) return refusal;
  const mayWrite = !channel.isReadOnly || call.team.users.get(call.token.userId)?.isAdmin === true;
  return mayWrite ? channel : refuse(readOnly);
}

/** A message in a conversation that the caller may see. `unknown` is the method's code for a message that is not there. */
export function visibleMessage(
  call: TeamCall,
  reference: string,
  { ts, unknown = 'message_not_found' }: { ts: string; unknown?: string },
): { team: Team; channel: Channel; message: Message } | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return channel;
  const message = findMessage(channel, ts);
  return message ? { team: call.team, channel, message } : refuse(unknown);
}
