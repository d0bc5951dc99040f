/** conversations.join, leave, invite and kick: who comes into a channel and who goes. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { flag, text } from '../../wire/arguments.ts';
import { enterChannel, leaveChannel } from '../../workspace/memberships.ts';
import type { Channel } from '../../workspace/model.ts';
import { channelShape } from '../../workspace/slack-shapes.ts';
import { type ConversationAct, scopeRefusal, scopesFor } from '../conversation-scopes.ts';
import { channelArgument, visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

/** As many as may be invited at once. (https://docs.slack.dev/reference/methods/conversations.invite) */
const MAX_INVITED = 1000;

export const conversationMemberMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'conversations.join',
    tier: 3,
    scopes: scopesFor('join'),
    args: { channel: channelArgument },
    run: join,
  }),
  teamMethod({
    name: 'conversations.leave',
    tier: 3,
    scopes: scopesFor('manage'),
    args: { channel: channelArgument },
    run: leave,
  }),
  teamMethod({
    name: 'conversations.invite',
    tier: 3,
    scopes: scopesFor('invite'),
    args: {
      channel: channelArgument,
      users: text.required({ empty: 'no_user', invalid: 'user_not_found' }),
      force: flag.optional(),
    },
    run: invite,
  }),
  teamMethod({
    name: 'conversations.kick',
    tier: 3,
    scopes: scopesFor('manage'),
    args: { channel: channelArgument, user: text.required({ invalid: 'user_not_found' }) },
    run: kick,
  }),
];

/** A public or private channel on which the token may act. Direct messages have no comings and goings. */
function channelFor(call: TeamCall, reference: string, act: ConversationAct): Channel | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return channel;
  if (channel.kind !== 'channel' && channel.kind !== 'group') return refuse('method_not_supported_for_channel_type');
  return scopeRefusal(call, act, channel.kind) ?? channel;
}

function join(call: TeamCall, args: { channel: string }): Answer {
  const channel = channelFor(call, args.channel, 'join');
  if (isRefusal(channel)) return channel;
  if (channel.kind !== 'channel') return refuse('method_not_supported_for_channel_type');
  if (channel.isArchived) return refuse('is_archived');
  const { userId } = call.token;
  const isNew = enterChannel(call.world, { ...call, channel }, userId);
  return {
    ok: true,
    channel: channelShape(call.team, channel, userId),
    ...(!isNew && { warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } }),
  };
}

/** Leaving what one is not in is no error. (The documentation's example says `ok: false`; Slack's OpenAPI says true.) */
function leave(call: TeamCall, args: { channel: string }): Answer {
  const channel = channelFor(call, args.channel, 'manage');
  if (isRefusal(channel)) return channel;
  if (channel.isArchived) return refuse('is_archived');
  if (channel.isGeneral) return refuse('cant_leave_general');
  if (!channel.members.has(call.token.userId)) return { ok: true, not_in_channel: true };
  if (channel.kind === 'group' && channel.members.size === 1) return refuse('last_member');
  leaveChannel(call.world, { ...call, channel }, call.token.userId);
  return { ok: true };
}

function invite(call: TeamCall, args: { channel: string; users: string; force: boolean | undefined }): Answer {
  const channel = channelFor(call, args.channel, 'invite');
  if (isRefusal(channel)) return channel;
  if (!channel.members.has(call.token.userId)) return refuse('not_in_channel');
  if (channel.isArchived) return refuse('is_archived');
  const userIds = args.users.split(',').map((id) => id.trim());
  if (userIds.length > MAX_INVITED) return refuse('no_user');
  const errors = userIds.flatMap((user) => {
    const error = inviteError(call, channel, user);
    return error === undefined ? [] : [{ user, ok: false, error }];
  });
  const [first] = errors;
  const mayGoOn = args.force === true && errors.length < userIds.length;
  if (first && !mayGoOn) return refuse(first.error, { errors });
  for (const userId of userIds) {
    if (!inviteError(call, channel, userId)) enterChannel(call.world, { ...call, channel }, userId, call.token.userId);
  }
  return { ok: true, channel: channelShape(call.team, channel, call.token.userId), ...(first && { errors }) };
}

function inviteError({ team, token }: TeamCall, channel: Channel, userId: string): string | undefined {
  if (userId === token.userId) return 'cant_invite_self';
  const user = team.users.get(userId);
  if (!user) return 'user_not_found';
  if (user.isDeleted) return 'cant_invite';
  return channel.members.has(userId) ? 'already_in_channel' : undefined;
}

function kick(call: TeamCall, args: { channel: string; user: string }): Answer {
  const channel = channelFor(call, args.channel, 'manage');
  if (isRefusal(channel)) return channel;
  const { userId } = call.token;
  if (args.user === userId) return refuse('cant_kick_self');
  if (!call.team.users.has(args.user)) return refuse('user_not_found');
  if (channel.isGeneral) return refuse('cant_kick_from_general');
  if (!channel.members.has(userId) || !channel.members.has(args.user)) return refuse('not_in_channel');
  leaveChannel(call.world, { ...call, channel }, args.user, userId);
  return { ok: true, errors: {} };
}
