/** conversations.history and conversations.replies: what was said, in channels and in threads. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, integer, text, timestamp } from '../../wire/arguments.ts';
import { assistantThreadShape } from '../../workspace/assistant-threads.ts';
import { findMessage } from '../../workspace/messages.ts';
import type { Channel, Message, Team } from '../../workspace/model.ts';
import { type Json, messageShape } from '../../workspace/slack-shapes.ts';
import { scopeRefusal, scopesFor } from '../conversation-scopes.ts';
import { channelArgument, visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';
import { RATIONED_PAGE } from '../unlisted-apps.ts';

/** The most that one page of conversations.history may have. (https://docs.slack.dev/reference/methods/conversations.history) */
const MAX_HISTORY = 999;

/** (https://docs.slack.dev/reference/methods/conversations.replies) */
const MAX_REPLIES = 1000;

const rangeArguments = {
  channel: channelArgument,
  cursor: text.optional({ invalid: 'invalid_cursor' }),
  limit: integer.lenient(),
  oldest: timestamp.optional({ invalid: 'invalid_ts_oldest' }),
  latest: timestamp.optional({ invalid: 'invalid_ts_latest' }),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
};
const repliesArguments = {
  ...rangeArguments,
  ts: timestamp.required({ invalid: 'thread_not_found' }),
};

export const historyMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'conversations.history',
    tier: 3,
    scopes: scopesFor('history'),
    args: rangeArguments,
    run: history,
  }),
  teamMethod({
    name: 'conversations.replies',
    tier: 3,
    scopes: scopesFor('history'),
    args: repliesArguments,
    run: replies,
  }),
];

function history(call: TeamCall, args: ArgumentsOf<typeof rangeArguments>): Answer {
  const channel = readableConversation(call, args.channel, 'not_in_channel');
  if (isRefusal(channel)) return channel;
  const isShown = rangeOf(args);
  const messages = channel.messages.filter(
    (message) => (message.threadTs === undefined || message.subtype === 'thread_broadcast') && isShown(message),
  );
  const page = paginate(messages.reverse(), ({ ts }) => ts, {
    order: 'newest_first',
    ...args,
    ...pageSize(call, { defaultLimit: 100, maxLimit: MAX_HISTORY }),
    onBadLimit: 'default',
  });
  if (isRefusal(page)) return page;
  return {
    ok: true,
    // The range comes back as it was asked for. (slackapi/java-slack-sdk, json-logs/samples/api/conversations.history.json)
    ...(args.oldest !== undefined && { oldest: args.oldest }),
    ...(args.latest !== undefined && { latest: args.latest }),
    messages: page.items.map((message) => shapeOf(call.team, channel, message, args)),
    has_more: page.nextCursor !== '',
    pin_count: channel.pins.length,
    channel_actions_ts: null,
    channel_actions_count: 0,
    response_metadata: { next_cursor: page.nextCursor },
  };
}

function replies(call: TeamCall, args: ArgumentsOf<typeof repliesArguments>): Answer {
  const channel = readableConversation(call, args.channel, 'channel_not_found');
  if (isRefusal(channel)) return channel;
  const named = findMessage(channel, args.ts);
  const root = named?.parent ?? named;
  if (!root) return refuse('thread_not_found');
  const isShown = rangeOf(args);
  // The first message is part of every answer, whatever the range. (https://docs.slack.dev/reference/methods/conversations.replies)
  const messages = channel.messages.filter(
    (message) => message.ts === root.ts || (message.threadTs === root.ts && isShown(message)),
  );
  const page = paginate(messages, ({ ts }) => ts, {
    order: 'oldest_first',
    ...args,
    ...pageSize(call, { defaultLimit: MAX_REPLIES, maxLimit: MAX_REPLIES }),
    onBadLimit: 'default',
  });
  if (isRefusal(page)) return page;
  return {
    ok: true,
    messages: page.items.map((message) => shapeOf(call.team, channel, message, args)),
    has_more: page.nextCursor !== '',
    response_metadata: { next_cursor: page.nextCursor },
  };
}

function pageSize({ app }: TeamCall, usual: { defaultLimit: number; maxLimit: number }) {
  return app.isUnlisted ? { defaultLimit: RATIONED_PAGE, maxLimit: RATIONED_PAGE } : usual;
}

/** Bots read where they are members, people also every public channel. `outside` is the method's code for the rest. */
function readableConversation(call: TeamCall, reference: string, outside: string): Channel | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return channel;
  const refusal = scopeRefusal(call, 'history', channel.kind);
  if (refusal) return refusal;
  const mayRead = channel.members.has(call.token.userId) || (call.token.kind === 'user' && channel.kind === 'channel');
  return mayRead ? channel : refuse(outside);
}

/** Whether a message is between `oldest` and `latest`; the ends belong to it when `inclusive` says so. */
function rangeOf(args: {
  oldest: string | undefined;
  latest: string | undefined;
  inclusive: boolean | undefined;
}): (message: Message) => boolean {
  const edge = args.inclusive ? 0.5 : -0.5;
  const from = microsOf(args.oldest ?? '0') - edge;
  const to = args.latest === undefined ? Number.POSITIVE_INFINITY : microsOf(args.latest) + edge;
  return ({ ts }) => microsOf(ts) > from && microsOf(ts) < to;
}

/** A message as its readers get it. Metadata only on request. */
function shapeOf(
  team: Team,
  channel: Channel,
  message: Message,
  { include_all_metadata: hasMetadata = false }: { include_all_metadata: boolean | undefined },
): Json {
  const { metadata, ...shape } = messageShape(team, message);
  const assistant = channel.assistantThreads.get(message.ts);
  return {
    ...shape,
    ...(hasMetadata && metadata !== undefined && { metadata }),
    ...(message.isPinned && { pinned_to: [channel.id] }),
    ...(assistant && {
      assistant_app_thread: {
        ...assistantThreadShape(assistant),
        first_user_thread_reply: firstReply(channel, message),
      },
    }),
  };
}

function firstReply(channel: Channel, root: Message): string | undefined {
  return channel.messages.find(({ threadTs, botId }) => threadTs === root.ts && botId === undefined)?.ts;
}

/** Whole microseconds; exact, because 2^53 of them are 285 years. */
function microsOf(ts: string): number {
  const [whole = '0', fraction = ''] = ts.split('.');
  return Number(whole) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
