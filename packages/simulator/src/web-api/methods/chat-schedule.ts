/** chat.scheduleMessage and its like: messages that are posted when the simulator's clock gets there. */

import { contentArguments, readContent } from '../../content/message-content.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, integer, jsonArray, text, timestamp } from '../../wire/arguments.ts';
import { findChannel } from '../../workspace/channels.ts';
import type { Draft } from '../../workspace/messages.ts';
import { newMessage } from '../../workspace/messages.ts';
import type { Channel, ScheduledMessage, Team } from '../../workspace/model.ts';
import { scheduleMessage, unscheduleMessage } from '../../workspace/scheduled-messages.ts';
import { type Json, messageShape } from '../../workspace/slack-shapes.ts';
import { channelArgument, visibleConversation, writableConversation } from '../conversations.ts';
import { authorOf, authorRefusal } from '../message-author.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

/** (https://docs.slack.dev/reference/methods/chat.scheduleMessage) */
const FURTHEST_AHEAD_SECONDS = 120 * 86_400;
/** So many messages may be scheduled for one channel within 5 minutes. (same page, `restricted_too_many`) */
const MAX_WITHIN_WINDOW = 30;
const WINDOW_SECONDS = 300;
/** A message that is due within a minute can no longer be deleted. (https://docs.slack.dev/reference/methods/chat.deleteScheduledMessage) */
const LAST_CALL_SECONDS = 60;

const scheduleArguments = {
  channel: channelArgument,
  post_at: integer.required({ invalid: 'invalid_time' }),
  ...contentArguments,
  attachments: jsonArray.lenient(),
  as_user: flag.optional(),
  thread_ts: timestamp.lenient(),
  reply_broadcast: flag.optional(),
  unfurl_links: flag.optional(),
  unfurl_media: flag.optional(),
};

export const chatScheduleMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'chat.scheduleMessage', tier: 3, scopes: ['chat:write'], args: scheduleArguments, run: schedule }),
  teamMethod({
    name: 'chat.deleteScheduledMessage',
    tier: 3,
    scopes: ['chat:write'],
    args: {
      channel: channelArgument,
      scheduled_message_id: text.required({ invalid: 'invalid_scheduled_message_id' }),
      as_user: flag.optional(),
    },
    run(call, args) {
      const channel = visibleConversation(call, args.channel);
      if (isRefusal(channel)) return channel;
      const scheduled = ownScheduled(call).find(({ id }) => id === args.scheduled_message_id);
      const isLate = scheduled && scheduled.postAtSeconds - nowSeconds(call) <= LAST_CALL_SECONDS;
      if (!scheduled || isLate || scheduled.channelId !== channel.id) return refuse('invalid_scheduled_message_id');
      unscheduleMessage(call.team, scheduled);
      return { ok: true };
    },
  }),
  teamMethod({
    name: 'chat.scheduledMessages.list',
    tier: 3,
    args: {
      channel: text.optional({ invalid: 'invalid_channel' }),
      cursor: text.optional({ invalid: 'invalid_cursor' }),
      latest: timestamp.lenient(),
      oldest: timestamp.lenient(),
      limit: integer.lenient(),
      team_id: text.optional(),
    },
    run(call, { channel: reference, oldest = '0', latest = 'Infinity', cursor, limit }) {
      const channel = reference === undefined ? undefined : findChannel(call.team, reference);
      if (reference !== undefined && !channel) return refuse('invalid_channel');
      const found = ownScheduled(call).filter(
        ({ channelId, postAtSeconds }) =>
          (!channel || channelId === channel.id) && postAtSeconds >= Number(oldest) && postAtSeconds <= Number(latest),
      );
      found.sort((one, other) => one.postAtSeconds - other.postAtSeconds);
      const page = paginate(found, ({ id }) => id, { cursor, limit, defaultLimit: 100, onBadLimit: 'default' });
      if (isRefusal(page)) return page;
      return {
        ok: true,
        scheduled_messages: page.items.map(scheduledShape),
        response_metadata: { next_cursor: page.nextCursor },
      };
    },
  }),
];

function schedule(call: TeamCall, args: ArgumentsOf<typeof scheduleArguments>): Answer {
  const content = readContent(call, args, { tooLong: 'msg_too_long', markdownTooLong: 'msg_too_long' });
  if (isRefusal(content)) return content;
  const wrongAuthor = authorRefusal(call, args);
  if (wrongAuthor) return wrongAuthor;
  const channel = writableConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  const wrongTime = timeRefusal(call, channel, args.post_at);
  if (wrongTime) return wrongTime;
  const { isCut: _, ...parts } = content;
  const isBroadcast = args.thread_ts !== undefined && args.reply_broadcast === true;
  const author = authorOf(call, args);
  const subtype = isBroadcast ? 'thread_broadcast' : author.subtype;
  const draft: Draft = { ...author, ...parts, subtype, threadTs: args.thread_ts };
  const { id } = scheduleMessage(call.world, {
    team: call.team,
    channel,
    draft,
    appId: call.app.id,
    userId: call.token.userId,
    postAtSeconds: args.post_at,
    mayPost: () => call.token.status === 'active' && !isRefusal(writableConversation(call, channel.id)),
  });
  return {
    ok: true,
    scheduled_message_id: id,
    channel: channel.id,
    post_at: args.post_at,
    message: unpostedShape(call, channel, draft),
  };
}

function timeRefusal(call: TeamCall, channel: Channel, postAt: number): Refusal | undefined {
  const ahead = postAt - nowSeconds(call);
  if (ahead <= 0) return refuse('time_in_past');
  if (ahead > FURTHEST_AHEAD_SECONDS) return refuse('time_too_far');
  const isNear = ({ channelId, postAtSeconds }: ScheduledMessage) =>
    channelId === channel.id && Math.abs(postAtSeconds - postAt) < WINDOW_SECONDS;
  return countOf(call.team, isNear) >= MAX_WITHIN_WINDOW ? refuse('restricted_too_many') : undefined;
}

function countOf(team: Team, fits: (scheduled: ScheduledMessage) => boolean): number {
  let count = 0;
  for (const scheduled of team.scheduledMessages.values()) if (fits(scheduled)) count += 1;
  return count;
}

/** An app sees what it scheduled itself as this user. */
function ownScheduled({ team, app, token }: TeamCall): ScheduledMessage[] {
  return [...team.scheduledMessages.values()].filter(
    ({ appId, userId }) => appId === app.id && userId === token.userId,
  );
}

/** The message as it will be; it has no timestamp yet. */
function unpostedShape({ world, team }: TeamCall, channel: Channel, draft: Draft): Json {
  const { ts: _, ...shape } = messageShape(team, newMessage(world, channel, draft));
  return shape;
}

function scheduledShape({ id, channelId, postAtSeconds, createdAtSeconds, text: body }: ScheduledMessage): Json {
  return { id, channel_id: channelId, post_at: postAtSeconds, date_created: createdAtSeconds, text: body };
}

function nowSeconds({ world }: TeamCall): number {
  return Math.floor(world.clock.now() / 1000);
}
