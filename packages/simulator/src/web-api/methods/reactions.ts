/** reactions.*: emoji on messages. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { flag, integer, text, timestamp } from '../../wire/arguments.ts';
import { canSee } from '../../workspace/channels.ts';
import { emojiName } from '../../workspace/emoji.ts';
import type { MessagePlace } from '../../workspace/message-edits.ts';
import type { Channel, Message } from '../../workspace/model.ts';
import { addReaction, MAX_EMOJI, MAX_EMOJI_PER_PERSON, removeReaction } from '../../workspace/reactions.ts';
import { type Json, messageShape, permalinkOf } from '../../workspace/slack-shapes.ts';
import { channelArgument, visibleMessage } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

const LIST_SIZE = 100;

const nameArgument = text.required({ invalid: 'invalid_name' });
/** Only messages can get a reaction, so both are required. (https://docs.slack.dev/reference/methods/reactions.add) */
const addArguments = {
  channel: channelArgument,
  timestamp: timestamp.required({ empty: 'no_item_specified', invalid: 'bad_timestamp' }),
};
const anyItemArguments = {
  channel: text.optional({ invalid: 'channel_not_found' }),
  timestamp: timestamp.optional({ invalid: 'bad_timestamp' }),
  file: text.optional(),
  file_comment: text.optional(),
};

export const reactionMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'reactions.add',
    tier: 3,
    scopes: ['reactions:write'],
    args: { ...addArguments, name: nameArgument },
    run(call, args) {
      const place = itemOf(call, args);
      if (isRefusal(place)) return place;
      const reaction = emojiName(call.team, args.name);
      if (reaction === undefined) return refuse('invalid_name');
      return refusalToAdd(call, place, reaction) ?? added(call, place, reaction);
    },
  }),
  teamMethod({
    name: 'reactions.remove',
    tier: 2,
    scopes: ['reactions:write'],
    args: { ...anyItemArguments, name: nameArgument },
    run(call, args) {
      const place = itemOf(call, args);
      if (isRefusal(place)) return place;
      const reaction = emojiName(call.team, args.name);
      if (reaction === undefined) return refuse('invalid_name');
      const isRemoved = removeReaction(call.world, { ...place, userId: call.token.userId, reaction });
      return isRemoved ? { ok: true } : refuse('no_reaction');
    },
  }),
  teamMethod({
    name: 'reactions.get',
    tier: 3,
    scopes: ['reactions:read'],
    args: { ...anyItemArguments, full: flag.optional() },
    run(call, args) {
      const place = itemOf(call, args);
      return isRefusal(place) ? place : { ok: true, ...itemShape(place) };
    },
  }),
  teamMethod({
    name: 'reactions.list',
    tier: 2,
    scopes: ['reactions:read'],
    args: {
      user: text.optional({ invalid: 'user_not_found' }),
      cursor: text.optional(),
      limit: integer.lenient(),
      count: integer.lenient(),
      page: integer.lenient(),
      full: flag.optional(),
      team_id: text.optional(),
    },
    run: listReactions,
  }),
];

interface ItemArguments {
  channel: string | undefined;
  timestamp: string | undefined;
  file?: string | undefined;
  file_comment?: string | undefined;
}

/** The message that is meant. Files have no reactions of their own here: their messages have. */
function itemOf(call: TeamCall, args: ItemArguments): MessagePlace | Refusal {
  if (args.file !== undefined) return refuse('file_not_found');
  if (args.file_comment !== undefined) return refuse('file_comment_not_found');
  if (args.timestamp === undefined) return refuse('no_item_specified');
  return visibleMessage(call, args.channel ?? '', { ts: args.timestamp });
}

function refusalToAdd({ token }: TeamCall, place: MessagePlace, reaction: string): Refusal | undefined {
  const { channel, message } = place;
  if (channel.isArchived) return refuse('is_archived');
  if (message.subtype === 'tombstone') return refuse('not_reactable');
  const reactions = message.reactions ?? [];
  if (!reactions.some(({ name }) => name === reaction) && reactions.length >= MAX_EMOJI)
    return refuse('too_many_emoji');
  const mine = reactions.filter(({ userIds }) => userIds.includes(token.userId));
  if (mine.some(({ name }) => name === reaction)) return refuse('already_reacted');
  return mine.length >= MAX_EMOJI_PER_PERSON ? refuse('too_many_reactions') : undefined;
}

function added(call: TeamCall, place: MessagePlace, reaction: string): Answer {
  addReaction(call.world, { ...place, userId: call.token.userId, reaction });
  return { ok: true };
}

function itemShape(place: MessagePlace): Json {
  const { team, channel, message } = place;
  const permalink = permalinkOf(place);
  return { type: 'message', channel: channel.id, message: { ...messageShape(team, message), permalink } };
}

function listReactions(
  call: TeamCall,
  args: { user: string | undefined; cursor: string | undefined; limit: number | undefined; count: number | undefined },
): Answer {
  const { team, token } = call;
  const userId = args.user ?? token.userId;
  if (!team.users.has(userId)) return refuse('user_not_found');
  const items = reactedTo(call, userId);
  const page = paginate(items, ({ message }) => message.ts, {
    cursor: args.cursor,
    limit: args.limit ?? args.count,
    defaultLimit: LIST_SIZE,
    onBadLimit: 'default',
  });
  if (isRefusal(page)) return page;
  const count = Math.min(args.limit ?? args.count ?? LIST_SIZE, LIST_SIZE);
  return {
    ok: true,
    items: page.items.map(({ channel, message }) => itemShape({ team, channel, message })),
    paging: { count, total: items.length, page: 1, pages: Math.ceil(items.length / Math.max(1, count)) },
    response_metadata: { next_cursor: page.nextCursor },
  };
}

/** Newest message first. */
function reactedTo({ team, token }: TeamCall, userId: string): { channel: Channel; message: Message }[] {
  const found: { channel: Channel; message: Message }[] = [];
  for (const channel of team.channels.values()) {
    if (!canSee(channel, token.userId)) continue;
    for (const message of channel.messages) {
      if (message.reactions?.some(({ userIds }) => userIds.includes(userId))) found.push({ channel, message });
    }
  }
  return found.sort((one, other) => (one.message.ts < other.message.ts ? 1 : -1));
}
