/** A line of mrkdwn in parts: text with styles, mentions, links and emoji, as they stand in a rich_text block. */
import type { Json } from './json.ts';
import { unescapedText } from './slack-text.ts';

/** Code, `<…>` in its kinds, `:emoji:`, and a pair of `*`, `_` or `~` around something. */
const PARTS =
  /`([^`\n]+)`|<([^<>\s][^<>]*)>|:([a-z0-9_+'-]{1,100}):|(?<![\p{L}\p{N}*_~])([*_~])(?=\S)((?:(?!\4)[^\n])*(?!\4)\S)\4(?![\p{L}\p{N}])/gu;
const IN_CODE = /<([^<>\s][^<>]*)>/g;
const STYLES: Readonly<Record<string, string>> = { '*': 'bold', _: 'italic', '~': 'strike' };
const BROADCASTS: ReadonlySet<string> = new Set(['here', 'channel', 'everyone']);

type Style = Readonly<Record<string, true>>;

/** The elements of a section. (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block) */
export function inlineElements(text: string, style?: Style): Json[] {
  const elements: Json[] = [];
  let end = 0;
  for (const match of text.matchAll(style?.code ? IN_CODE : PARTS)) {
    const parts = partElements(match, style);
    if (!parts) continue;
    if (match.index > end) elements.push(textElement(text.slice(end, match.index), style));
    elements.push(...parts);
    end = match.index + match[0].length;
  }
  if (end < text.length) elements.push(textElement(text.slice(end), style));
  return elements;
}

function partElements(match: RegExpExecArray, style: Style | undefined): Json[] | undefined {
  if (style?.code) return angled(match[1] ?? '', style);
  const [, code, inside, emoji, sign, content] = match;
  if (code !== undefined) return inlineElements(code, { ...style, code: true });
  if (sign !== undefined) return inlineElements(content ?? '', { ...style, [STYLES[sign] ?? '']: true });
  return emoji === undefined ? angled(inside ?? '', style) : [styled({ type: 'emoji', name: emoji }, style)];
}

/** A mention, a date or a link; undefined for anything else, which stays text. */
function angled(inside: string, style: Style | undefined): Json[] | undefined {
  const element = angledElement(inside);
  return element && [styled(element, style)];
}

function angledElement(inside: string): Json | undefined {
  const [target = '', label] = inside.split('|', 2);
  const rest = target.slice(1);
  if (/^@[UW][0-9A-Z]+$/.test(target)) return { type: 'user', user_id: rest };
  if (/^#[CG][0-9A-Z]+$/.test(target)) return { type: 'channel', channel_id: rest };
  if (target.startsWith('!')) return specialElement(rest, label);
  if (!/^(?:https?:\/\/|mailto:)/.test(target)) return undefined;
  return { type: 'link', url: unescapedText(target), ...(label !== undefined && { text: unescapedText(label) }) };
}

/** `!here`, `!subteam^S…`, `!date^seconds^format^link`. */
function specialElement(word: string, label: string | undefined): Json | undefined {
  if (BROADCASTS.has(word)) return { type: 'broadcast', range: word };
  const [kind, first = '', format, url] = word.split('^');
  if (kind === 'subteam' && first !== '') return { type: 'usergroup', usergroup_id: first };
  if (kind !== 'date' || !/^\d+$/.test(first) || format === undefined) return undefined;
  const fallback = label === undefined ? {} : { fallback: unescapedText(label) };
  return { type: 'date', timestamp: Number(first), format, ...(url !== undefined && { url }), ...fallback };
}

function textElement(text: string, style: Style | undefined): Json {
  return styled({ type: 'text', text: unescapedText(text) }, style);
}

function styled(element: Json, style: Style | undefined): Json {
  return style ? { ...element, style } : element;
}
