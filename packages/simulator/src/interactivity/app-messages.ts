/** Messages that an app sends as an answer: from a slash command, to a response URL, into an incoming webhook. */

import { attachmentsArgument, type Content, contentArguments, readContent } from '../content/message-content.ts';
import { isRefusal, type Refusal } from '../wire/answer.ts';
import { flag, type RawArguments, readArguments, text } from '../wire/arguments.ts';
import { deleteEphemeral, findEphemeral, postEphemeral } from '../workspace/ephemerals.ts';
import { deleteMessage, editMessage } from '../workspace/message-edits.ts';
import { type Draft, findMessage, postMessage } from '../workspace/messages.ts';
import type { App, Message, Team } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import type { ResponseTarget } from './response-urls.ts';

const messageArguments = {
  ...contentArguments,
  attachments: attachmentsArgument,
  response_type: text.optional(),
  replace_original: flag.optional(),
  delete_original: flag.optional(),
  thread_ts: text.optional(),
};

/** A message on its way, and how it is to be shown. */
export interface AppMessage {
  readonly content: Content;
  readonly isInChannel: boolean;
  readonly isReplacement: boolean;
  readonly isDeletion: boolean;
  readonly threadTs: string | undefined;
}

/** What became of it. */
export interface Shown {
  readonly how: 'posted' | 'ephemeral' | 'replaced' | 'deleted';
  readonly message: Message | undefined;
}

/**
 * The message, or why Slack would not show it. Answers to blocks are new messages for the person alone unless they say
 * otherwise; those to attachments are for everybody, in place of the original.
 * (https://api.slack.com/docs/interactive-message-field-guide, response_type and replace_original)
 */
export function readAppMessage(
  world: World,
  team: Team,
  raw: RawArguments,
  { isReplacedByDefault = false }: Pick<ResponseTarget, 'isReplacedByDefault'> = {},
): AppMessage | Refusal {
  const args = readArguments(messageArguments, raw);
  if (isRefusal(args)) return args;
  const isDeletion = args.delete_original === true;
  const content = readContent({ world, team }, args, {
    markdownTooLong: 'msg_blocks_too_long',
    mayBeEmpty: isDeletion,
  });
  if (isRefusal(content)) return content;
  return {
    content,
    isDeletion,
    isInChannel: (args.response_type ?? (isReplacedByDefault ? 'in_channel' : 'ephemeral')) === 'in_channel',
    isReplacement: args.replace_original ?? (isReplacedByDefault && args.response_type !== 'ephemeral'),
    threadTs: args.thread_ts,
  };
}

/** Shows it: in place of the original, to everybody, or to one person. */
export function showAppMessage(world: World, target: ResponseTarget, message: AppMessage): Shown {
  if (message.isDeletion) return deleteOriginal(world, target);
  const replaced = message.isReplacement ? replaceOriginal(world, target, message) : undefined;
  if (replaced) return { how: 'replaced', message: replaced };
  const { team, channel, app, userId } = target;
  const draft: Draft = { ...botAuthor(team, app), ...parts(message.content), threadTs: message.threadTs };
  return message.isInChannel
    ? { how: 'posted', message: postMessage(world, { team, channel, draft }) }
    : { how: 'ephemeral', message: postEphemeral(world, { team, channel, userId, draft }) };
}

/** What a bot says without a token is a bot_message, whatever kind the app is. */
export function botAuthor(team: Team, app: App): Partial<Draft> {
  const botId = team.installations.get(app.id)?.botId;
  return { subtype: 'bot_message', botId, appId: app.id, username: team.bots.get(botId ?? '')?.name ?? app.name };
}

/** The parts of a message without what is only about reading it. */
export function parts({ text: words, blocks, attachments, metadata }: Content): Omit<Content, 'isCut'> {
  return { text: words, blocks, attachments, metadata };
}

function replaceOriginal(world: World, target: ResponseTarget, { content }: AppMessage): Message | undefined {
  const { team, channel, original, app } = target;
  if (!original) return undefined;
  if (original.isEphemeral) {
    const ephemeral = findEphemeral(channel, original.ts)?.message;
    return ephemeral && Object.assign(ephemeral, parts(content));
  }
  const message = findMessage(channel, original.ts);
  const editorId = team.installations.get(app.id)?.botId ?? '';
  if (message) editMessage(world, { team, channel, message }, { ...parts(content), editorId });
  return message;
}

function deleteOriginal(world: World, { team, channel, original }: ResponseTarget): Shown {
  if (original?.isEphemeral) deleteEphemeral(channel, original.ts);
  const message = original && !original.isEphemeral ? findMessage(channel, original.ts) : undefined;
  if (message) deleteMessage(world, { team, channel, message });
  return { how: 'deleted', message };
}
