/** The block that Slack makes of what a person typed: the same text in parts, as message events and answers carry it. */
import type { Json } from './json.ts';

/** `<…>` in its kinds, and `:emoji:`; what is between them is text. */
const PARTS = /<([^<>\s][^<>]*)>|:([a-z0-9_+'-]{1,100}):/g;
const BROADCASTS: ReadonlySet<string> = new Set(['here', 'channel', 'everyone']);

/** The blocks of a message of which only the text is known. (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block) */
export function richTextOf(text: string, blockId: string): Json[] {
  const section = { type: 'rich_text_section', elements: elementsOf(text) };
  return [{ type: 'rich_text', block_id: blockId, elements: [section] }];
}

function elementsOf(text: string): Json[] {
  const elements: Json[] = [];
  let end = 0;
  for (const { 0: whole, 1: angled, 2: emoji, index } of text.matchAll(PARTS)) {
    const part = emoji === undefined ? angledElement(angled ?? '') : { type: 'emoji', name: emoji };
    if (!part) continue;
    if (index > end) elements.push(textElement(text.slice(end, index)));
    elements.push(part);
    end = index + whole.length;
  }
  if (end < text.length) elements.push(textElement(text.slice(end)));
  return elements;
}

/** A mention or a link; undefined for anything else, which stays text. */
function angledElement(inside: string): Json | undefined {
  const [target = '', label] = inside.split('|', 2);
  const rest = target.slice(1);
  if (/^@[UW][0-9A-Z]+$/.test(target)) return { type: 'user', user_id: rest };
  if (/^#[CG][0-9A-Z]+$/.test(target)) return { type: 'channel', channel_id: rest };
  if (target.startsWith('!')) return BROADCASTS.has(rest) ? { type: 'broadcast', range: rest } : undefined;
  if (!/^(?:https?:\/\/|mailto:)/.test(target)) return undefined;
  return { type: 'link', url: unescaped(target), ...(label !== undefined && { text: unescaped(label) }) };
}

function textElement(text: string): Json {
  return { type: 'text', text: unescaped(text) };
}

/** Blocks carry the characters themselves; only the text of a message escapes them. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
