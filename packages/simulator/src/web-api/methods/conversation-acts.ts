/** conversations.create, rename, setTopic, setPurpose, archive and unarchive: what is done to a channel itself. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { flag, text } from '../../wire/arguments.ts';
import { archiveChannel, renameChannel, setPurpose, setTopic, unarchiveChannel } from '../../workspace/channel-acts.ts';
import { createChannel } from '../../workspace/channels.ts';
import { enterChannel, type Place } from '../../workspace/memberships.ts';
import type { Channel, ChannelKind } from '../../workspace/model.ts';
import { channelShape } from '../../workspace/slack-shapes.ts';
import type { World } from '../../workspace/world.ts';
import { freeChannelName } from '../channel-names.ts';
import { type ConversationAct, scopeRefusal, scopesFor } from '../conversation-scopes.ts';
import { channelArgument, visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

/** Of topics and purposes. (https://docs.slack.dev/reference/methods/conversations.setTopic) */
const MAX_HEADLINE_LENGTH = 250;

const nameArgument = text.required({ empty: 'invalid_name_required', invalid: 'invalid_name' });

export const conversationActMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'conversations.create',
    tier: 2,
    scopes: scopesFor('manage'),
    args: { name: nameArgument, is_private: flag.optional(), team_id: text.optional() },
    run: create,
  }),
  teamMethod({
    name: 'conversations.rename',
    tier: 2,
    scopes: scopesFor('manage'),
    args: { channel: channelArgument, name: nameArgument },
    run: rename,
  }),
  headlineMethod('topic', setTopic),
  headlineMethod('purpose', setPurpose),
  teamMethod({
    name: 'conversations.archive',
    tier: 2,
    scopes: scopesFor('manage'),
    args: { channel: channelArgument },
    run: archive,
  }),
  teamMethod({
    name: 'conversations.unarchive',
    tier: 2,
    scopes: scopesFor('manage'),
    args: { channel: channelArgument },
    run: unarchive,
  }),
];

function create(call: TeamCall, args: { name: string; is_private: boolean | undefined }): Answer {
  const { world, team, token } = call;
  const kind = args.is_private ? 'group' : 'channel';
  const refusal = scopeRefusal(call, 'manage', kind);
  if (refusal) return refusal;
  const free = freeChannelName(team, args.name);
  if (isRefusal(free)) return free;
  const facts = { id: undefined, kind, name: free.name, creatorId: token.userId, isGeneral: false } as const;
  const channel = createChannel(world, team, facts);
  world.events.emit({ type: 'channel_created', team, channel });
  enterChannel(world, { team, channel }, token.userId);
  return { ok: true, channel: shapeFor(call, channel) };
}

function rename(call: TeamCall, args: { channel: string; name: string }): Answer {
  const channel = memberChannel(call, args.channel, { act: 'manage', kinds: CHANNELS });
  if (isRefusal(channel)) return channel;
  const { team, token, world } = call;
  const mayRename = channel.creatorId === token.userId || team.users.get(token.userId)?.isAdmin === true;
  if (!mayRename) return refuse('not_authorized');
  const free = freeChannelName(team, args.name, channel);
  if (isRefusal(free)) return free;
  if (free.name !== channel.name) renameChannel(world, { team, channel }, token.userId, free.name);
  return { ok: true, channel: shapeFor(call, channel) };
}

/** conversations.setTopic and setPurpose differ in a word. The value may be empty, but it must be there. */
function headlineMethod(
  what: 'topic' | 'purpose',
  change: (world: World, place: Place, userId: string, value: string) => void,
): WebApiMethod {
  return teamMethod({
    name: what === 'topic' ? 'conversations.setTopic' : 'conversations.setPurpose',
    tier: 2,
    scopes: scopesFor('topic'),
    args: { channel: channelArgument, [what]: text.required({ mayBeEmpty: true }) },
    run(call, args) {
      const channel = memberChannel(call, args.channel ?? '', { act: 'topic', kinds: TITLED });
      if (isRefusal(channel)) return channel;
      const value = args[what] ?? '';
      if (value.length > MAX_HEADLINE_LENGTH) return refuse('too_long');
      change(call.world, { ...call, channel }, call.token.userId, value);
      return { ok: true, channel: shapeFor(call, channel) };
    },
  });
}

function archive(call: TeamCall, args: { channel: string }): Answer {
  const channel = visibleConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  if (!CHANNELS.includes(channel.kind)) return refuse('method_not_supported_for_channel_type');
  const refusal = scopeRefusal(call, 'manage', channel.kind);
  if (refusal) return refusal;
  if (channel.isArchived) return refuse('already_archived');
  if (channel.isGeneral) return refuse('cant_archive_general');
  if (!channel.members.has(call.token.userId)) return refuse('not_in_channel');
  archiveChannel(call.world, { ...call, channel }, call.token.userId);
  return { ok: true };
}

function unarchive(call: TeamCall, args: { channel: string }): Answer {
  const channel = visibleConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  if (!CHANNELS.includes(channel.kind)) return refuse('method_not_supported_for_channel_type');
  const refusal = scopeRefusal(call, 'manage', channel.kind);
  if (refusal) return refusal;
  if (!channel.isArchived) return refuse('not_archived');
  unarchiveChannel(call.world, { ...call, channel }, call.token.userId);
  return { ok: true };
}

const CHANNELS: readonly ChannelKind[] = ['channel', 'group'];
const TITLED: readonly ChannelKind[] = ['channel', 'group', 'mpim'];

/** A conversation of one of these kinds that the caller is in and that is not archived. */
function memberChannel(
  call: TeamCall,
  reference: string,
  { act, kinds }: { act: ConversationAct; kinds: readonly ChannelKind[] },
): Channel | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return channel;
  if (!kinds.includes(channel.kind)) return refuse('method_not_supported_for_channel_type');
  const refusal = scopeRefusal(call, act, channel.kind);
  if (refusal) return refusal;
  if (!channel.members.has(call.token.userId)) return refuse('not_in_channel');
  return channel.isArchived ? refuse('is_archived') : channel;
}

/** A channel with what only its members are told. */
function shapeFor({ team, token }: TeamCall, channel: Channel) {
  const lastRead = channel.lastRead.get(token.userId) ?? '0000000000.000000';
  return { ...channelShape(team, channel, token.userId), last_read: lastRead, priority: 0, is_open: true };
}
