/** conversations.*: channels, direct messages and what was said in them. */
import { openDirectMessage } from '../../workspace/channels.ts';
import type { Channel, ChannelKind } from '../../workspace/model.ts';
import { channelShape } from '../../workspace/slack-shapes.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../answer.ts';
import { flag, integer, text } from '../arguments.ts';
import { visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

const READ_SCOPES = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];
const WRITE_SCOPES = ['im:write', 'mpim:write', 'channels:manage', 'groups:write'];
/** As many people as a group direct message may have besides the caller. */
const MOST_PARTNERS = 8;

const kindOfType: Readonly<Record<string, ChannelKind>> = {
  public_channel: 'channel',
  private_channel: 'group',
  im: 'im',
  mpim: 'mpim',
};

const channelArgument = text.required({ missing: 'channel_not_found', invalid: 'channel_not_found' });
const limitArgument = integer.optional({ invalid: 'invalid_limit' });
const cursorArgument = text.optional({ invalid: 'invalid_cursor' });

export const conversationMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'conversations.open',
    tier: 3,
    scopes: WRITE_SCOPES,
    args: {
      channel: text.optional({ invalid: 'channel_not_found' }),
      users: text.optional({ invalid: 'user_not_found' }),
      return_im: flag.optional(),
      prevent_creation: flag.optional(),
    },
    run(call, { channel, users, return_im: isFull = false }) {
      const opened = channel === undefined ? openWith(call, users) : reopen(call, channel);
      if (isRefusal(opened)) return opened;
      const shape = channelShape(call.team, opened.channel, call.token.userId);
      return {
        ok: true,
        ...(!opened.isNew && { no_op: true, already_open: true }),
        channel: isFull || opened.channel.kind === 'mpim' ? shape : { id: opened.channel.id },
      };
    },
  }),
  teamMethod({
    name: 'conversations.list',
    tier: 2,
    scopes: READ_SCOPES,
    args: {
      cursor: cursorArgument,
      limit: limitArgument,
      types: text.optional({ invalid: 'invalid_types' }),
      exclude_archived: flag.optional(),
      team_id: text.optional(),
    },
    run: listConversations,
  }),
  teamMethod({
    name: 'conversations.info',
    tier: 3,
    scopes: READ_SCOPES,
    args: { channel: channelArgument, include_locale: flag.optional(), include_num_members: flag.optional() },
    run(call, args) {
      const channel = visibleConversation(call, args.channel);
      if (isRefusal(channel)) return channel;
      return {
        ok: true,
        channel: {
          ...channelShape(call.team, channel, call.token.userId),
          ...(channel.kind !== 'im' && channel.members.has(call.token.userId) && { last_read: '0000000000.000000' }),
          ...(args.include_num_members && { num_members: channel.members.size }),
          ...(args.include_locale && { locale: 'en-US' }),
        },
      };
    },
  }),
  teamMethod({
    name: 'conversations.members',
    tier: 4,
    scopes: READ_SCOPES,
    args: { channel: channelArgument, cursor: cursorArgument, limit: limitArgument },
    run(call, { channel: reference, cursor, limit }) {
      const channel = visibleConversation(call, reference);
      if (isRefusal(channel)) return channel;
      const page = paginate([...channel.members], (id) => id, { cursor, limit, defaultLimit: 100 });
      if (isRefusal(page)) return page;
      return { ok: true, members: page.items, response_metadata: { next_cursor: page.nextCursor } };
    },
  }),
];

function reopen(call: TeamCall, reference: string): { channel: Channel; isNew: boolean } | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return channel;
  if (channel.kind !== 'im' && channel.kind !== 'mpim') return refuse('method_not_supported_for_channel_type');
  return { channel, isNew: false };
}

function openWith(
  { world, team, token }: TeamCall,
  users: string | undefined,
): { channel: Channel; isNew: boolean } | Refusal {
  const ids = (users ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) return refuse('users_list_not_supplied');
  if (ids.length > MOST_PARTNERS) return refuse('too_many_users');
  for (const id of ids) {
    const user = team.users.get(id);
    if (!user) return refuse('user_not_found');
    if (user.isDeleted) return refuse('user_disabled');
  }
  return openDirectMessage(world, team, [token.userId, ...ids]);
}

function listConversations(
  { team, token }: TeamCall,
  args: {
    cursor: string | undefined;
    limit: number | undefined;
    types: string | undefined;
    exclude_archived: boolean | undefined;
  },
): Answer {
  const types = (args.types ?? 'public_channel').split(',').map((type) => type.trim());
  if (types.some((type) => kindOfType[type] === undefined)) return refuse('invalid_types');
  if ((args.limit ?? 0) > 1000) return refuse('invalid_limit');
  const kinds = new Set(types.map((type) => kindOfType[type]));
  const channels = [...team.channels.values()].filter(
    (channel) =>
      kinds.has(channel.kind) &&
      (channel.kind === 'channel' || channel.members.has(token.userId)) &&
      !(args.exclude_archived && channel.isArchived),
  );
  const page = paginate(channels, (channel) => channel.id, {
    cursor: args.cursor,
    limit: args.limit,
    defaultLimit: 100,
  });
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
