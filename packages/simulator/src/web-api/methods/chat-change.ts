/** chat.update, chat.delete and chat.getPermalink: what becomes of messages that are there. */

import { attachmentsArgument, type Content, contentArguments, readContent } from '../../content/message-content.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, text, timestamp } from '../../wire/arguments.ts';
import { deleteMessage, editMessage, type MessageChange, type MessagePlace } from '../../workspace/message-edits.ts';
import { messageShape, permalinkOf } from '../../workspace/slack-shapes.ts';
import { channelArgument, visibleMessage } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const tsArgument = timestamp.required({ invalid: 'message_not_found' });

const updateArguments = {
  channel: channelArgument,
  ts: tsArgument,
  ...contentArguments,
  attachments: attachmentsArgument,
  as_user: flag.optional(),
  reply_broadcast: flag.optional(),
  file_ids: text.optional(),
};

export const chatChangeMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'chat.update', tier: 3, scopes: ['chat:write'], args: updateArguments, run: update }),
  teamMethod({
    name: 'chat.delete',
    tier: 3,
    scopes: ['chat:write'],
    args: { channel: channelArgument, ts: tsArgument, as_user: flag.optional() },
    run(call, { channel, ts }) {
      const place = visibleMessage(call, channel, { ts });
      if (isRefusal(place)) return place;
      if (!isOwn(call, place) && !isAdmin(call)) return refuse('cant_delete_message');
      deleteMessage(call.world, place);
      return { ok: true, channel: place.channel.id, ts };
    },
  }),
  teamMethod({
    name: 'chat.getPermalink',
    tier: 'special',
    args: { channel: channelArgument, message_ts: tsArgument },
    run(call, args) {
      const place = visibleMessage(call, args.channel, { ts: args.message_ts });
      if (isRefusal(place)) return place;
      return { ok: true, channel: place.channel.id, permalink: permalinkOf(place) };
    },
  }),
];

function update(call: TeamCall, args: ArgumentsOf<typeof updateArguments>): Answer {
  const content = readContent(call, args, {
    tooLong: 'msg_too_long',
    markdownTooLong: 'msg_too_long',
    mayBeEmpty: args.blocks !== undefined || args.attachments !== undefined || args.metadata !== undefined,
  });
  if (isRefusal(content)) return content;
  const place = visibleMessage(call, args.channel, { ts: args.ts });
  if (isRefusal(place)) return place;
  const refusal = updateRefusal(call, place, args);
  if (refusal) return refusal;
  editMessage(call.world, place, { ...changeOf(args, content), editorId: call.token.botId ?? call.token.userId });
  const { channel, message } = place;
  return {
    ok: true,
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: messageShape(call.team, message),
  };
}

function updateRefusal(
  call: TeamCall,
  place: MessagePlace,
  args: { reply_broadcast: boolean | undefined },
): Refusal | undefined {
  const { message } = place;
  if (!isOwn(call, place)) return refuse('cant_update_message');
  if (message.stream?.state === 'in_progress') return refuse('streaming_state_conflict');
  return args.reply_broadcast === true && !message.parent ? refuse('cant_broadcast_message') : undefined;
}

/** Parts that are left out stay, an empty list takes them away. (https://docs.slack.dev/reference/methods/chat.update) */
function changeOf(args: ArgumentsOf<typeof updateArguments>, content: Content): MessageChange {
  return {
    ...((args.text !== undefined || args.markdown_text !== undefined) && { text: content.text }),
    ...(args.blocks !== undefined && { blocks: content.blocks }),
    ...(args.attachments !== undefined && { attachments: content.attachments }),
    ...(args.metadata !== undefined && { metadata: content.metadata }),
    ...(args.reply_broadcast === true && { subtype: 'thread_broadcast' }),
  };
}

function isOwn({ token }: TeamCall, { message }: MessagePlace): boolean {
  if (message.subtype === 'tombstone') return false;
  return token.botId === undefined ? message.userId === token.userId : message.botId === token.botId;
}

function isAdmin({ team, token }: TeamCall): boolean {
  return token.kind === 'user' && team.users.get(token.userId)?.isAdmin === true;
}
