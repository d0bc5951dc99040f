/** conversations.*: which conversations there are, and who is in them. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, integer, text } from '../../wire/arguments.ts';
import type { Channel, ChannelKind } from '../../workspace/model.ts';
import { channelShape } from '../../workspace/slack-shapes.ts';
import { scopeRefusal, scopesFor } from '../conversation-scopes.ts';
import { channelArgument, visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

const kindOfType: ReadonlyMap<string, ChannelKind> = new Map([
  ['public_channel', 'channel'],
  ['private_channel', 'group'],
  ['im', 'im'],
  ['mpim', 'mpim'],
]);
const MAX_PAGE = 1000;
const EPOCH_TS = '0000000000.000000';

const pageArguments = {
  cursor: text.optional({ invalid: 'invalid_cursor' }),
  limit: integer.optional({ invalid: 'invalid_limit' }),
};
const listArguments = {
  ...pageArguments,
  types: text.optional({ invalid: 'invalid_types' }),
  exclude_archived: flag.optional(),
  team_id: text.optional(),
};
const infoArguments = {
  channel: channelArgument,
  include_locale: flag.optional(),
  include_num_members: flag.optional(),
};

export const conversationMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'conversations.list', tier: 2, scopes: scopesFor('read'), args: listArguments, run: list }),
  teamMethod({ name: 'conversations.info', tier: 3, scopes: scopesFor('read'), args: infoArguments, run: info }),
  teamMethod({
    name: 'conversations.members',
    tier: 4,
    scopes: scopesFor('read'),
    args: { ...pageArguments, channel: channelArgument },
    run: members,
  }),
  teamMethod({
    name: 'users.conversations',
    tier: 3,
    scopes: scopesFor('read'),
    args: { ...listArguments, user: text.optional(), exclude_muted: flag.optional() },
    run: conversationsOf,
  }),
];

function list(call: TeamCall, args: ArgumentsOf<typeof listArguments>): Answer {
  const { team, token } = call;
  const isListed = (channel: Channel) => channel.kind === 'channel' || channel.members.has(token.userId);
  const page = pageOf(call, args, isListed);
  if (isRefusal(page)) return page;
  return {
    ok: true,
    channels: page.items.map((channel) => ({
      ...channelShape(team, channel, token.userId),
      ...(channel.kind !== 'im' && { num_members: channel.members.size }),
    })),
    response_metadata: { next_cursor: page.nextCursor },
  };
}

/** What somebody is in, as far as the caller may know of it. */
function conversationsOf(
  call: TeamCall,
  args: ArgumentsOf<typeof listArguments> & { user: string | undefined },
): Answer {
  const { team, token } = call;
  const { user: userId = token.userId } = args;
  const isKnown = (channel: Channel) => channel.kind === 'channel' || channel.members.has(token.userId);
  const page = pageOf(call, args, (channel) => channel.members.has(userId) && isKnown(channel));
  if (isRefusal(page)) return page;
  const channels = page.items.map((channel) => channelShape(team, channel, token.userId));
  return { ok: true, channels, response_metadata: { next_cursor: page.nextCursor } };
}

function pageOf(
  call: TeamCall,
  args: ArgumentsOf<typeof listArguments>,
  isListed: (channel: Channel) => boolean,
): ReturnType<typeof paginate<Channel>> {
  const kinds = kindsOf(call, args.types);
  if (isRefusal(kinds)) return kinds;
  const { cursor, limit = 0 } = args;
  if (limit > MAX_PAGE) return refuse('invalid_limit');
  const channels = [...call.team.channels.values()].filter(
    (channel) =>
      kinds.has(channel.kind) && isListed(channel) && !(args.exclude_archived === true && channel.isArchived),
  );
  return paginate(channels, ({ id }) => id, { cursor, limit, defaultLimit: 100 });
}

function kindsOf(call: TeamCall, types = 'public_channel'): ReadonlySet<ChannelKind> | Refusal {
  const kinds = new Set<ChannelKind>();
  for (const type of types.split(',')) {
    const kind = kindOfType.get(type.trim());
    if (!kind) return refuse('invalid_types');
    const refusal = scopeRefusal(call, 'read', kind);
    if (refusal) return refusal;
    kinds.add(kind);
  }
  return kinds;
}

function info(call: TeamCall, args: ArgumentsOf<typeof infoArguments>): Answer {
  const channel = visibleConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  const refusal = scopeRefusal(call, 'read', channel.kind);
  if (refusal) return refusal;
  const { userId } = call.token;
  const isReader = channel.kind !== 'im' && channel.members.has(userId);
  return {
    ok: true,
    channel: {
      ...channelShape(call.team, channel, userId),
      ...(isReader && { last_read: channel.lastRead.get(userId) ?? EPOCH_TS }),
      ...(args.include_num_members && { num_members: channel.members.size }),
      ...(args.include_locale && { locale: 'en-US' }),
    },
  };
}

function members(call: TeamCall, args: ArgumentsOf<typeof pageArguments> & { channel: string }): Answer {
  const channel = visibleConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  const refusal = scopeRefusal(call, 'read', channel.kind);
  if (refusal) return refusal;
  const { cursor, limit } = args;
  const page = paginate([...channel.members], (id) => id, { cursor, limit, defaultLimit: 100 });
  if (isRefusal(page)) return page;
  return { ok: true, members: page.items, response_metadata: { next_cursor: page.nextCursor } };
}
