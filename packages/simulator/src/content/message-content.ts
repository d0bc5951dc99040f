/** What a message says: reads text, Markdown, blocks, attachments and metadata of a call, and refuses what Slack refuses. */

import { type Refusal, refuse } from '../wire/answer.ts';
import { flag, jsonArray, jsonObject, text } from '../wire/arguments.ts';
import type { Message, Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { slackText } from '../workspace/slack-text.ts';
import type { World } from '../workspace/world.ts';
import { blockProblems, MAX_BLOCKS } from './block-kit/blocks.ts';
import { normalizedAttachment, normalizedBlocks } from './block-kit/normalize.ts';
import { isObject } from './block-kit/rules.ts';
import { readEntity } from './entities.ts';
import { formattedText } from './message-text.ts';

/** Longer text is cut or refused. (https://docs.slack.dev/reference/methods/chat.postMessage) */
export const MAX_TEXT_LENGTH = 40_000;
/** (https://docs.slack.dev/reference/methods/chat.postMessage) */
export const MAX_MARKDOWN_LENGTH = 12_000;
const MAX_ATTACHMENTS = 100;
/** Slack documents `metadata_too_large` without a number; 16 KB is what its SDKs were told. */
const MAX_METADATA_CHARACTERS = 16_384;
/** What stands in notifications for blocks without text. */
const BLOCKS_ONLY = "This content can't be displayed.";

/** The arguments that every method with content takes; a method without one of them simply leaves it out. */
export const contentArguments = {
  text: text.optional(),
  markdown_text: text.optional(),
  blocks: jsonArray.optional({ invalid: 'invalid_blocks_format' }),
  metadata: jsonObject.optional({ invalid: 'invalid_metadata_format' }),
  link_names: flag.optional(),
  parse: text.optional(),
};
/** Unreadable attachments are no attachments where a method documents no code for them. */
export const attachmentsArgument = jsonArray.optional({ invalid: 'invalid_attachments' });

/** Those arguments, read. Absent and `undefined` are the same. */
export interface ContentArguments {
  readonly text?: string | undefined;
  readonly markdown_text?: string | undefined;
  readonly blocks?: readonly unknown[] | undefined;
  readonly attachments?: readonly unknown[] | undefined;
  readonly metadata?: Json | undefined;
  readonly link_names?: boolean | undefined;
  readonly parse?: string | undefined;
}

/** How methods differ. */
export interface ContentRules {
  /** The code for text that is too long; undefined: it is cut, with a warning. */
  tooLong?: string;
  /** The code for Markdown that is too long. */
  markdownTooLong: string;
  /** Whether a message may say nothing, because it said something before. @defaultValue false */
  mayBeEmpty?: boolean;
}

/** What a message is made of. */
export interface Content extends Pick<Message, 'text' | 'blocks' | 'attachments' | 'metadata'> {
  /** Something was cut off the text. */
  readonly isCut: boolean;
}

/** The content of a call, or why Slack would not take it. */
export function readContent(
  call: { team: Team; world: World },
  args: ContentArguments,
  rules: ContentRules,
): Content | Refusal {
  const refusal = conflictRefusal(args, rules) ?? lengthRefusal(args, rules) ?? partsRefusal(args);
  if (refusal) return refusal;
  const freshId = () => call.world.ids.secret(5);
  const said = args.text === undefined ? args.markdown_text : formattedText(call.team, args.text, args);
  // `parse: none` is the one way to keep Slack from making links. (https://docs.slack.dev/messaging/formatting-message-text)
  const wanted = slackText(said ?? '', { hasLinks: args.parse !== 'none' });
  return {
    text: wanted.slice(0, MAX_TEXT_LENGTH) || (args.blocks && args.blocks.length > 0 ? BLOCKS_ONLY : ''),
    blocks: args.blocks && args.blocks.length > 0 ? normalizedBlocks(args.blocks, freshId) : undefined,
    attachments:
      args.attachments && args.attachments.length > 0
        ? args.attachments.map((one, index) => numbered(one, index, freshId))
        : undefined,
    metadata: args.metadata && keptMetadata(args.metadata),
    isCut: wanted.length > MAX_TEXT_LENGTH,
  };
}

function conflictRefusal(args: ContentArguments, { mayBeEmpty = false }: ContentRules): Refusal | undefined {
  const { blocks = [], attachments = [], markdown_text: markdown } = args;
  if (markdown !== undefined && (args.text !== undefined || blocks.length > 0)) return refuse('markdown_text_conflict');
  const saysNothing = args.text === undefined && markdown === undefined && blocks.length + attachments.length === 0;
  return saysNothing && !mayBeEmpty ? refuse('no_text') : undefined;
}

function lengthRefusal(args: ContentArguments, { tooLong, markdownTooLong }: ContentRules): Refusal | undefined {
  if ((args.markdown_text?.length ?? 0) > MAX_MARKDOWN_LENGTH) return refuse(markdownTooLong);
  return tooLong !== undefined && (args.text?.length ?? 0) > MAX_TEXT_LENGTH ? refuse(tooLong) : undefined;
}

function partsRefusal({ blocks, attachments = [], metadata }: ContentArguments): Refusal | undefined {
  const wrongBlocks = blocks && blocksRefusal(blocks);
  if (wrongBlocks) return wrongBlocks;
  if (attachments.length > MAX_ATTACHMENTS) return refuse('too_many_attachments');
  for (const attachment of attachments) {
    const inner =
      isObject(attachment) && Array.isArray(attachment.blocks) ? blocksRefusal(attachment.blocks) : undefined;
    if (inner) return inner;
  }
  return metadata && metadataRefusal(metadata);
}

/** `invalid_blocks` with what is wrong and where. */
export function blocksRefusal(blocks: readonly unknown[]): Refusal | undefined {
  if (blocks.length > MAX_BLOCKS.message) {
    return invalidBlocks([`[ERROR] no more than ${MAX_BLOCKS.message} items allowed [json-pointer:/blocks]`]);
  }
  const problems = blockProblems(blocks, 'message');
  return problems.length > 0 ? invalidBlocks(problems) : undefined;
}

function invalidBlocks(messages: readonly string[]): Refusal {
  return refuse('invalid_blocks', { errors: messages.map(withoutLabel), response_metadata: { messages } });
}

function withoutLabel(message: string): string {
  return message.replace('[ERROR] ', '');
}

/**
 * Why this is no metadata: it is an event (https://docs.slack.dev/messaging/message-metadata), entities of Work Objects
 * (https://docs.slack.dev/reference/methods/chat.postMessage), both, or empty.
 */
export function metadataRefusal(metadata: Json): Refusal | undefined {
  if (isEmptyMetadata(metadata)) return undefined;
  const { event_type: type, event_payload: payload, entities } = metadata;
  const isEvent = typeof type === 'string' && type !== '' && isObject(payload);
  if (entities === undefined ? !isEvent : !Array.isArray(entities)) return refuse('invalid_metadata_schema');
  const problems = entityProblems(entities);
  if (problems.length > 0) return refuse('invalid_metadata_schema', { response_metadata: { messages: problems } });
  return JSON.stringify(metadata).length > MAX_METADATA_CHARACTERS ? refuse('metadata_too_large') : undefined;
}

function entityProblems(entities: unknown): readonly string[] {
  if (!Array.isArray(entities)) return [];
  return entities.flatMap((one: unknown, index) => {
    const read = readEntity(one, `/metadata/entities/${index}`);
    return 'problems' in read ? read.problems : [];
  });
}

/** What stays of metadata: nothing of an empty one. */
export function keptMetadata(metadata: Json): Json | undefined {
  return isEmptyMetadata(metadata) ? undefined : metadata;
}

/** What slack-go's `slack.Msg` sends when there is none. (slack-go/slack#1343) */
function isEmptyMetadata({ event_type: type, event_payload: payload, entities }: Json): boolean {
  const hasPayload =
    payload !== undefined && payload !== null && !(isObject(payload) && Object.keys(payload).length === 0);
  return type === '' && !hasPayload && entities === undefined;
}

function numbered(attachment: unknown, index: number, freshId: () => string): unknown {
  if (!isObject(attachment)) return attachment;
  const actions = Array.isArray(attachment.actions) ? { actions: attachment.actions.map(withId) } : {};
  return {
    id: index + 1,
    fallback: '[no preview available]',
    ...normalizedAttachment(attachment, freshId),
    ...actions,
  };
}

/** Slack numbers the buttons and menus of an attachment, in text. */
function withId(action: unknown, index: number): unknown {
  return isObject(action) ? { id: String(index + 1), ...action } : action;
}

/** The warning of text that was cut. */
export function cutWarning({ isCut }: Content): Json {
  return isCut ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } } : {};
}
