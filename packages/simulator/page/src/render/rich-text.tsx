/** The rich_text block: what people write in Slack's composer. (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block) */
import type { ComponentChildren } from 'preact';
import { Emoji } from './emoji.tsx';
import { type Json, wordOf } from './json.ts';
import { Anchor, ChannelMention, Command, UserMention } from './mentions.tsx';

export function RichText({ elements }: { elements: readonly Json[] }) {
  return <>{elements.map(showPart)}</>;
}

/** Lists are not in each other: the depth is a number, and says the sign. */
const BULLETS = ['disc', 'circle', 'square'];
const NUMBERS = ['decimal', 'lower-alpha', 'lower-roman'];
const MOST_INDENT = 8;

function showPart(part: Json, index: number): ComponentChildren {
  const children = (part.elements as readonly Json[] | undefined) ?? [];
  switch (part.type) {
    case 'rich_text_list': {
      const items = children.map((item, place) => (
        <li key={place}>{(item.elements as Json[] | undefined)?.map(showInline)}</li>
      ));
      const depth = Math.min(MOST_INDENT, Number(part.indent ?? 0) || 0);
      const isOrdered = part.style === 'ordered';
      const style = {
        marginLeft: `${depth * 24}px`,
        listStyleType: (isOrdered ? NUMBERS : BULLETS)[depth % BULLETS.length],
      };
      return isOrdered ? (
        <ol key={index} style={style} start={(Number(part.offset ?? 0) || 0) + 1}>
          {items}
        </ol>
      ) : (
        <ul key={index} style={style}>
          {items}
        </ul>
      );
    }
    case 'rich_text_preformatted':
      return (
        <pre key={index} class="code-block">
          {children.map(showInline)}
        </pre>
      );
    case 'rich_text_quote':
      return <blockquote key={index}>{children.map(showInline)}</blockquote>;
    default:
      return <div key={index}>{children.map(showInline)}</div>;
  }
}

function showInline(element: Json, index: number): ComponentChildren {
  return <Styled key={index} style={element.style as Json | undefined} content={contentOf(element)} />;
}

function contentOf(element: Json): ComponentChildren {
  const text = (name: string) => wordOf(element[name]);
  switch (element.type) {
    case 'text':
      return text('text');
    case 'link':
      return <Anchor url={text('url')}>{text('text') || text('url')}</Anchor>;
    case 'user':
      return <UserMention id={text('user_id')} />;
    case 'channel':
      return <ChannelMention id={text('channel_id')} />;
    case 'usergroup':
      return <Command name="subteam" args={[text('usergroup_id')]} />;
    case 'broadcast':
      return <Command name={text('range')} args={[]} />;
    case 'emoji':
      return <Emoji name={text('name')} />;
    case 'date':
      return <Command name="date" args={[text('timestamp'), text('format')]} label={text('fallback')} />;
    case 'color':
      return (
        <>
          <svg class="swatch" viewBox="0 0 1 1" aria-hidden="true">
            <rect width="1" height="1" fill={text('value')} />
          </svg>{' '}
          {text('value')}
        </>
      );
    default:
      return text('text') || `[${text('type')}]`;
  }
}

function Styled({ style = {}, content }: { style?: Json | undefined; content: ComponentChildren }) {
  let shown = content;
  if (style.code) shown = <code class="inline-code">{shown}</code>;
  if (style.bold) shown = <strong>{shown}</strong>;
  if (style.italic) shown = <em>{shown}</em>;
  if (style.strike) shown = <s>{shown}</s>;
  if (style.underline) shown = <u>{shown}</u>;
  return <>{shown}</>;
}
