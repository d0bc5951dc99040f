/** Slack's own markup: `*bold*`, `<@U1>`, `:wave:`. Parsed to a tree and shown as elements; no text is ever taken for HTML. */
import type { ComponentChildren } from 'preact';
import { type Node, NodeType, parse } from 'slack-message-parser';
import { Emoji } from './emoji.tsx';
import { Anchor, ChannelMention, Command, UserMention } from './mentions.tsx';

export function Mrkdwn({ text }: { text: string }) {
  return <>{parse(text).children.map(show)}</>;
}

/** Plain text, with its emoji unless the app said no. */
export function PlainText({ text, hasEmoji = true }: { text: string; hasEmoji?: boolean }) {
  if (!hasEmoji) return <>{unescape(text)}</>;
  return (
    <>
      {text
        .split(/(:[\w+'-]+(?:::skin-tone-\d)?:)/)
        .map((part, index) => (index % 2 === 1 ? <Emoji key={index} name={part.slice(1, -1)} /> : unescape(part)))}
    </>
  );
}

function show(node: Node, index: number): ComponentChildren {
  switch (node.type) {
    case NodeType.Text:
      return unescape(node.text);
    case NodeType.Bold:
      return <strong key={index}>{node.children.map(show)}</strong>;
    case NodeType.Italic:
      return <em key={index}>{node.children.map(show)}</em>;
    case NodeType.Strike:
      return <s key={index}>{node.children.map(show)}</s>;
    case NodeType.Quote:
      return <blockquote key={index}>{node.children.map(show)}</blockquote>;
    case NodeType.Code:
      return (
        <code key={index} class="inline-code">
          {unescape(node.text)}
        </code>
      );
    case NodeType.PreText:
      return (
        <pre key={index} class="code-block">
          {unescape(node.text)}
        </pre>
      );
    case NodeType.Emoji:
      return <Emoji key={index} name={node.variation ? `${node.name}::${node.variation}` : node.name} />;
    case NodeType.UserLink:
      return <UserMention key={index} id={node.userID} label={labelOf(node.label)} />;
    case NodeType.ChannelLink:
      return <ChannelMention key={index} id={node.channelID} label={labelOf(node.label)} />;
    case NodeType.Command:
      return <Command key={index} name={node.name} args={node.arguments} label={labelOf(node.label)} />;
    case NodeType.URL:
      return (
        <Anchor key={index} url={unescape(node.url)}>
          {node.label ? node.label.map(show) : unescape(node.url)}
        </Anchor>
      );
    case NodeType.Root:
      return node.children.map(show);
    default:
      return '';
  }
}

function labelOf(label: readonly Node[] | undefined): string | undefined {
  return label?.map(({ source }) => unescape(source)).join('');
}

/** Slack escapes these three and nothing else. */
export function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
