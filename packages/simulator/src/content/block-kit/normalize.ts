/**
 * Blocks as Slack gives them back: with an id for each block and for each element that people can use, and with the
 * defaults written out. (Netflix/dispatch#2394, slack-go/slack#717; https://docs.slack.dev/reference/methods/views.open)
 */

import type { Json } from '../../workspace/slack-shapes.ts';
import { slackText } from '../../workspace/slack-text.ts';
import { elementRules } from './elements.ts';
import { innerName } from './nesting.ts';
import { isObject } from './rules.ts';

/** What is inside them is the app's own document, which Slack leaves as it is. */
const OPAQUE: ReadonlySet<unknown> = new Set(['rich_text', 'table', 'data_table', 'data_visualization', 'markdown']);
/** Pictures cannot be used, so nobody asks for their action_id. */
const USABLE: ReadonlySet<unknown> = new Set(Object.keys(elementRules).filter((type) => type !== 'image'));
/** Pieces deeper than this are left alone: no block of Slack's is. */
const DEEPEST = 12;

/** The blocks of a message or a view. `freshId` makes a short id. */
export function normalizedBlocks(blocks: readonly unknown[], freshId: () => string): Json[] {
  return blocks
    .filter(isObject)
    .map((block) => ({ ...normalizedBlock(block, freshId), ...innerBlocks(block, freshId) }));
}

function normalizedBlock(block: Json, freshId: () => string): Json {
  const { block_id: id, ...rest } = OPAQUE.has(block.type) ? block : normalizedParts(block, freshId, 0);
  const defaults = block.type === 'input' ? { optional: false, dispatch_action: false } : {};
  return { ...defaults, ...rest, block_id: id ?? freshId() };
}

/** Blocks of a container and cards of a carousel have ids and defaults of their own. */
function innerBlocks(block: Json, freshId: () => string): Json {
  const name = innerName(block);
  const inner = name === undefined ? undefined : block[name];
  if (name === undefined || !Array.isArray(inner)) return {};
  return { [name]: inner.filter(isObject).map((one) => normalizedBlock(one, freshId)) };
}

/** Attachments hold blocks, too. */
export function normalizedAttachment(attachment: Json, freshId: () => string): Json {
  if (!Array.isArray(attachment.blocks)) return attachment;
  return { ...attachment, blocks: normalizedBlocks(attachment.blocks, freshId) };
}

function normalizedParts(piece: Json, freshId: () => string, depth: number): Json {
  if (piece.type === 'plain_text' && typeof piece.text === 'string') return { emoji: true, ...piece };
  if (piece.type === 'mrkdwn' && typeof piece.text === 'string') return normalizedMrkdwn(piece, piece.text);
  const parts = Object.entries(piece).map(([name, value]) => [name, normalizedValue(value, freshId, depth + 1)]);
  const whole = Object.fromEntries(parts) as Json;
  const needsId = depth > 0 && USABLE.has(piece.type) && typeof piece.action_id !== 'string';
  return needsId ? { ...whole, action_id: freshId() } : whole;
}

function normalizedMrkdwn(piece: Json, text: string): Json {
  return { verbatim: false, ...piece, text: slackText(text, { hasLinks: piece.verbatim !== true }) };
}

function normalizedValue(value: unknown, freshId: () => string, depth: number): unknown {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((one) => normalizedValue(one, freshId, depth + 1));
  if (!isObject(value) || OPAQUE.has(value.type)) return value;
  return normalizedParts(value, freshId, depth);
}
