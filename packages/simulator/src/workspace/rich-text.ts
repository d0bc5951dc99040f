/**
 * The block that Slack makes of the text of people and bots: the same text in parts, as message events and answers carry
 * it. (Recorded in vercel/chat, packages/adapter-slack/sample-messages.md)
 */
import type { Json } from './json.ts';
import { inlineElements } from './mrkdwn.ts';
import { unescapedText } from './slack-text.ts';

/** The blocks of a message of which only the text is known. (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block) */
export function richTextOf(text: string, blockId: string): Json[] {
  return [{ type: 'rich_text', block_id: blockId, elements: partsOf(text) }];
}

/** Every other part stood between three backticks. */
function partsOf(text: string): Json[] {
  const parts = text.split(/```((?:(?!```)[\s\S])+)```/);
  return parts.flatMap((part, index) => (index % 2 === 1 ? [preformatted(part)] : paragraphs(part)));
}

function preformatted(text: string): Json {
  const content = unescapedText(text.replace(/^\n/, '').replace(/\n$/, ''));
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: content }], border: 0 };
}

/** Lines that begin with `>` are quotes; what is between them are sections. */
function paragraphs(text: string): Json[] {
  const runs: { isQuote: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const isQuote = line.startsWith('&gt;');
    const shown = isQuote ? line.replace(/^&gt; ?/, '') : line;
    const last = runs.at(-1);
    if (last?.isQuote === isQuote) last.lines.push(shown);
    else runs.push({ isQuote, lines: [shown] });
  }
  return runs.flatMap(({ isQuote, lines }) => {
    const elements = inlineElements(lines.join('\n'));
    const type = isQuote ? 'rich_text_quote' : 'rich_text_section';
    return elements.length === 0 ? [] : [{ type, elements }];
  });
}
