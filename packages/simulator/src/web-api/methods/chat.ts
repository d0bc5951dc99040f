/** chat.*: what bots and people write. */
import { type Draft, postMessage } from '../../workspace/messages.ts';
import type { Channel } from '../../workspace/model.ts';
import { type Json, messageShape } from '../../workspace/slack-shapes.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../answer.ts';
import { type ArgumentsOf, flag, jsonArray, jsonObject, text, timestamp } from '../arguments.ts';
import { postingRefusal, postingTarget } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

/** Longer text is cut, with a warning. (https://docs.slack.dev/reference/methods/chat.postMessage) */
const LONGEST_TEXT = 40_000;
const LONGEST_MARKDOWN = 12_000;
const MOST_BLOCKS = 50;
const MOST_ATTACHMENTS = 100;

const channelArgument = text.required({ missing: 'channel_not_found', invalid: 'channel_not_found' });

const postArguments = {
  channel: channelArgument,
  text: text.optional(),
  markdown_text: text.optional(),
  blocks: jsonArray.optional({ invalid: 'invalid_blocks_format' }),
  attachments: jsonArray.optional(),
  metadata: jsonObject.optional({ invalid: 'invalid_metadata_format' }),
  thread_ts: timestamp.optional(),
  reply_broadcast: flag.optional(),
  as_user: flag.optional(),
  username: text.optional(),
  icon_emoji: text.optional(),
  icon_url: text.optional(),
};
type PostArguments = ArgumentsOf<typeof postArguments>;

export const chatMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'chat.postMessage',
    tier: 'special',
    scopes: ['chat:write'],
    args: postArguments,
    run(call, args) {
      const wrong = contentRefusal(args);
      if (wrong) return wrong;
      const channel = writableConversation(call, args.channel);
      return isRefusal(channel) ? channel : post(call, channel, args);
    },
  }),
  teamMethod({
    name: 'chat.meMessage',
    tier: 3,
    scopes: ['chat:write'],
    args: { channel: channelArgument, text: text.required({ missing: 'no_text' }) },
    run(call, args) {
      if (args.text.length > LONGEST_TEXT) return refuse('msg_too_long');
      const channel = writableConversation(call, args.channel);
      if (isRefusal(channel)) return channel;
      const { userId, botId } = call.token;
      const draft: Draft = { text: args.text, subtype: 'me_message', userId, botId, appId: botId && call.app.id };
      const { ts } = postMessage(call.world, { team: call.team, channel, draft });
      return { ok: true, channel: channel.id, ts };
    },
  }),
];

function writableConversation(call: TeamCall, reference: string): Channel | Refusal {
  const channel = postingTarget(call, reference);
  if (isRefusal(channel)) return channel;
  return postingRefusal(call, channel) ?? channel;
}

function contentRefusal(args: PostArguments): Refusal | undefined {
  const { blocks = [], attachments = [], markdown_text: markdown } = args;
  if (markdown !== undefined && (args.text !== undefined || blocks.length > 0)) return refuse('markdown_text_conflict');
  if (args.text === undefined && markdown === undefined && blocks.length === 0 && attachments.length === 0)
    return refuse('no_text');
  if (blocks.length > MOST_BLOCKS || !blocks.every(isTyped)) return refuse('invalid_blocks');
  if (attachments.length > MOST_ATTACHMENTS) return refuse('too_many_attachments');
  return (markdown?.length ?? 0) > LONGEST_MARKDOWN ? refuse('msg_blocks_too_long') : undefined;
}

function post(call: TeamCall, channel: Channel, args: PostArguments): Answer {
  const wanted = args.text ?? args.markdown_text ?? '';
  const draft: Draft = {
    ...authorOf(call, args),
    text: wanted.slice(0, LONGEST_TEXT) || (args.blocks ? "This content can't be displayed." : ''),
    threadTs: args.thread_ts,
    blocks: args.blocks?.map(withBlockId),
    attachments: args.attachments?.map(withAttachmentId),
    metadata: args.metadata,
  };
  const message = postMessage(call.world, { team: call.team, channel, draft });
  const isCut = wanted.length > LONGEST_TEXT;
  return {
    ok: true,
    channel: channel.id,
    ts: message.ts,
    message: messageShape(call.team, message),
    ...(isCut && { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } }),
  };
}

/**
 * A classic bot speaks as `bot_message` unless it asks for `as_user`; a granular one always as its bot user.
 * (slack-ruby-client's integration suite expects the former, Slack's samples show the latter.)
 */
function authorOf({ token, app, team }: TeamCall, args: PostArguments): Partial<Draft> {
  const broadcast = args.thread_ts !== undefined && args.reply_broadcast ? 'thread_broadcast' : undefined;
  if (token.botId === undefined) return { userId: token.userId, subtype: broadcast };
  const speaker = { botId: token.botId, appId: app.id, icons: iconsOf(args) };
  const isBotMessage = app.kind === 'classic' ? args.as_user !== true : args.username !== undefined;
  if (!isBotMessage) return { ...speaker, userId: token.userId, subtype: broadcast };
  return {
    ...speaker,
    subtype: broadcast ?? 'bot_message',
    username: args.username ?? team.bots.get(token.botId)?.name ?? app.name,
  };
}

function iconsOf({ icon_emoji: emoji, icon_url: url }: PostArguments): Record<string, string> | undefined {
  if (emoji !== undefined) return { emoji };
  return url === undefined ? undefined : { image_64: url };
}

function isTyped(block: unknown): block is Json {
  return typeof block === 'object' && block !== null && 'type' in block && typeof block.type === 'string';
}

function withBlockId(block: unknown, index: number): unknown {
  return isTyped(block) && block.block_id === undefined ? { ...block, block_id: `sim${index + 1}` } : block;
}

function withAttachmentId(attachment: unknown, index: number): unknown {
  if (typeof attachment !== 'object' || attachment === null) return attachment;
  return { id: index + 1, fallback: '[no preview available]', ...attachment };
}
