/** conversations.open, close and mark: direct messages, and how far somebody has read. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, text, timestamp } from '../../wire/arguments.ts';
import { closeDirectMessage, markRead, reopenDirectMessage } from '../../workspace/channel-acts.ts';
import { findDirectMessage, openDirectMessage } from '../../workspace/channels.ts';
import type { Channel } from '../../workspace/model.ts';
import { channelShape } from '../../workspace/slack-shapes.ts';
import { scopeRefusal, scopesFor } from '../conversation-scopes.ts';
import { channelArgument, visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

/** As many people as a group direct message may have besides the caller. */
const MAX_PARTNERS = 8;

const openArguments = {
  channel: text.optional({ invalid: 'channel_not_found' }),
  users: text.optional({ invalid: 'user_not_found' }),
  return_im: flag.optional(),
  prevent_creation: flag.optional(),
};

export const conversationOpenMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'conversations.open', tier: 3, scopes: scopesFor('manage'), args: openArguments, run: open }),
  teamMethod({
    name: 'conversations.close',
    tier: 2,
    scopes: scopesFor('manage'),
    args: { channel: channelArgument },
    run: close,
  }),
  teamMethod({
    name: 'conversations.mark',
    tier: 3,
    scopes: scopesFor('manage'),
    args: {
      channel: channelArgument,
      ts: timestamp.required({ invalid: 'invalid_timestamp' }),
    },
    run: mark,
  }),
];

/** A conversation, and whether it was there and open before. */
interface Opened {
  readonly channel: Channel;
  readonly wasOpen: boolean;
}

function open(call: TeamCall, args: ArgumentsOf<typeof openArguments>): Answer {
  const opened = args.channel === undefined ? openWith(call, args) : openAgain(call, args.channel);
  if (isRefusal(opened)) return opened;
  const { channel, wasOpen } = opened;
  return {
    ok: true,
    ...(wasOpen && { no_op: true, already_open: true }),
    channel:
      args.return_im === true || channel.kind === 'mpim'
        ? channelShape(call.team, channel, call.token.userId)
        : { id: channel.id },
  };
}

function openAgain(call: TeamCall, reference: string): Opened | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return channel;
  if (channel.kind !== 'im' && channel.kind !== 'mpim') return refuse('method_not_supported_for_channel_type');
  const refusal = scopeRefusal(call, 'manage', channel.kind);
  return refusal ?? { channel, wasOpen: !reopenDirectMessage(call.world, { ...call, channel }, call.token.userId) };
}

function openWith(call: TeamCall, args: ArgumentsOf<typeof openArguments>): Opened | Refusal {
  const { world, team, token } = call;
  const partners = partnersOf(call, args.users);
  if (isRefusal(partners)) return partners;
  const refusal = scopeRefusal(call, 'manage', partners.length > 1 ? 'mpim' : 'im');
  if (refusal) return refusal;
  const members = [token.userId, ...partners];
  if (args.prevent_creation === true && !findDirectMessage(team, members)) return refuse('channel_not_found');
  const { channel, isNew } = openDirectMessage(world, team, members);
  const wasClosed = !isNew && reopenDirectMessage(world, { team, channel }, token.userId);
  return { channel, wasOpen: !isNew && !wasClosed };
}

function partnersOf({ team }: TeamCall, users = ''): string[] | Refusal {
  const ids = users
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) return refuse('users_list_not_supplied');
  if (ids.length > MAX_PARTNERS) return refuse('too_many_users');
  for (const id of ids) {
    const user = team.users.get(id);
    if (!user) return refuse('user_not_found');
    if (user.isDeleted) return refuse('user_disabled');
  }
  return ids;
}

function close(call: TeamCall, args: { channel: string }): Answer {
  const channel = visibleConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  if (channel.kind !== 'im' && channel.kind !== 'mpim') return refuse('method_not_supported_for_channel_type');
  const refusal = scopeRefusal(call, 'manage', channel.kind);
  if (refusal) return refusal;
  const isClosedNow = closeDirectMessage(call.world, { ...call, channel }, call.token.userId);
  return isClosedNow ? { ok: true } : { ok: true, no_op: true, already_closed: true };
}

function mark(call: TeamCall, args: { channel: string; ts: string }): Answer {
  const channel = visibleConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  const refusal = scopeRefusal(call, 'manage', channel.kind);
  if (refusal) return refusal;
  if (!channel.members.has(call.token.userId)) return refuse('not_in_channel');
  markRead(call.world, { ...call, channel }, call.token.userId, args.ts);
  return { ok: true };
}
