/** chat.postMessage, chat.postEphemeral and chat.meMessage: what is said now. */

import {
  attachmentsArgument,
  contentArguments,
  cutWarning,
  MAX_TEXT_LENGTH,
  readContent,
} from '../../content/message-content.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, jsonArray, jsonObject, text, timestamp } from '../../wire/arguments.ts';
import { clearStatus } from '../../workspace/assistant-threads.ts';
import { postEphemeral } from '../../workspace/ephemerals.ts';
import { type Draft, findMessage, postMessage } from '../../workspace/messages.ts';
import type { Channel } from '../../workspace/model.ts';
import { messageShape } from '../../workspace/slack-shapes.ts';
import { channelArgument, writableConversation } from '../conversations.ts';
import { authorArguments, authorOf, authorRefusal } from '../message-author.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const postArguments = {
  channel: channelArgument,
  ...contentArguments,
  ...authorArguments,
  attachments: jsonArray.lenient(),
  thread_ts: timestamp.optional({ invalid: 'cannot_reply_to_message' }),
  reply_broadcast: flag.optional(),
  unfurl_links: flag.optional(),
  unfurl_media: flag.optional(),
  mrkdwn: flag.optional(),
};

const ephemeralArguments = {
  channel: channelArgument,
  user: text.required({ invalid: 'user_not_in_channel' }),
  ...contentArguments,
  // Nobody could read it back, so Slack documents no code for it.
  metadata: jsonObject.lenient(),
  ...authorArguments,
  attachments: attachmentsArgument,
  thread_ts: timestamp.optional({ invalid: 'cannot_reply_to_message' }),
};

export const chatPostMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'chat.postMessage', tier: 'special', scopes: ['chat:write'], args: postArguments, run: post }),
  teamMethod({
    name: 'chat.postEphemeral',
    tier: 4,
    scopes: ['chat:write'],
    args: ephemeralArguments,
    run: whisper,
  }),
  teamMethod({
    name: 'chat.meMessage',
    tier: 3,
    scopes: ['chat:write'],
    args: { channel: channelArgument, text: text.required({ invalid: 'no_text' }) },
    run(call, args) {
      if (args.text.length > MAX_TEXT_LENGTH) return refuse('msg_too_long');
      const channel = writableConversation(call, args.channel, { readOnly: 'no_permission' });
      if (isRefusal(channel)) return channel;
      const { userId, botId } = call.token;
      const draft: Draft = { text: args.text, subtype: 'me_message', userId, botId, appId: botId && call.app.id };
      const { ts } = postMessage(call.world, { team: call.team, channel, draft });
      return { ok: true, channel: channel.id, ts };
    },
  }),
];

function post(call: TeamCall, args: ArgumentsOf<typeof postArguments>): Answer {
  const content = readContent(call, args, { markdownTooLong: 'msg_blocks_too_long' });
  if (isRefusal(content)) return content;
  const wrongAuthor = authorRefusal(call, args);
  if (wrongAuthor) return wrongAuthor;
  const channel = writableConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  const wrongThread = threadRefusal(channel, args.thread_ts);
  if (wrongThread) return wrongThread;
  const { isCut: _, ...parts } = content;
  const author = authorOf(call, args);
  const isBroadcast = args.thread_ts !== undefined && args.reply_broadcast === true;
  const subtype = isBroadcast ? 'thread_broadcast' : author.subtype;
  const draft: Draft = { ...author, ...parts, subtype, threadTs: args.thread_ts };
  const message = postMessage(call.world, {
    team: call.team,
    channel,
    draft,
    isUnfurled: args.unfurl_links !== false,
  });
  if (message.threadTs !== undefined) {
    clearStatus(call.world, { team: call.team, channel, threadTs: message.threadTs, appId: call.app.id });
  }
  const shape = messageShape(call.team, message);
  return { ok: true, channel: channel.id, ts: message.ts, message: shape, ...cutWarning(content) };
}

function whisper(call: TeamCall, args: ArgumentsOf<typeof ephemeralArguments>): Answer {
  const said = { ...args, metadata: undefined };
  const content = readContent(call, said, { tooLong: 'msg_too_long', markdownTooLong: 'msg_too_long' });
  if (isRefusal(content)) return content;
  const wrongAuthor = authorRefusal(call, args);
  if (wrongAuthor) return wrongAuthor;
  const channel = writableConversation(call, args.channel, { readOnly: 'restricted_action' });
  if (isRefusal(channel)) return channel;
  if (!channel.members.has(args.user)) return refuse('user_not_in_channel');
  const wrongThread = threadRefusal(channel, args.thread_ts);
  if (wrongThread) return wrongThread;
  const { isCut: _, ...parts } = content;
  const draft: Draft = { ...authorOf(call, args), ...parts, threadTs: args.thread_ts };
  const { ts } = postEphemeral(call.world, { team: call.team, channel, userId: args.user, draft });
  return { ok: true, message_ts: ts };
}

/** Lines such as "has joined the channel" have no threads. A message that is no longer kept may have one. */
function threadRefusal(channel: Channel, threadTs: string | undefined): Refusal | undefined {
  const subtype = threadTs === undefined ? undefined : findMessage(channel, threadTs)?.subtype;
  return subtype?.startsWith('channel_') || subtype?.startsWith('group_')
    ? refuse('cannot_reply_to_message')
    : undefined;
}
