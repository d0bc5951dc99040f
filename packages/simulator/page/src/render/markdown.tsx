/** Standard Markdown, as the markdown block has it. The lexer gives a tree, which is shown as elements; HTML in it stays text. */
import { marked, type Token, type Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { Anchor } from './mentions.tsx';
import { PlainText } from './mrkdwn.tsx';
import { Picture } from './picture.tsx';

export function Markdown({ text }: { text: string }) {
  return <div class="markdown">{marked.lexer(text, { gfm: true }).map(show)}</div>;
}

function inside(token: { tokens?: Token[] | undefined; text?: string }): ComponentChildren {
  return token.tokens ? token.tokens.map(show) : token.text;
}

function show(token: Token, index: number): ComponentChildren {
  switch (token.type) {
    case 'space':
      return null;
    case 'heading':
      return (
        <p key={index} class={`md-heading md-h${Math.min(3, (token as Tokens.Heading).depth)}`}>
          {inside(token as Tokens.Heading)}
        </p>
      );
    case 'paragraph':
      return <p key={index}>{inside(token as Tokens.Paragraph)}</p>;
    case 'strong':
      return <strong key={index}>{inside(token as Tokens.Strong)}</strong>;
    case 'em':
      return <em key={index}>{inside(token as Tokens.Em)}</em>;
    case 'del':
      return <s key={index}>{inside(token as Tokens.Del)}</s>;
    case 'codespan':
      return (
        <code key={index} class="inline-code">
          {(token as Tokens.Codespan).text}
        </code>
      );
    case 'code':
      return (
        <pre key={index} class="code-block">
          {(token as Tokens.Code).text}
        </pre>
      );
    case 'blockquote':
      return <blockquote key={index}>{inside(token as Tokens.Blockquote)}</blockquote>;
    case 'list':
      return <List key={index} list={token as Tokens.List} />;
    case 'table':
      return <Table key={index} table={token as Tokens.Table} />;
    case 'hr':
      return <hr key={index} />;
    case 'br':
      return <br key={index} />;
    case 'link':
      return (
        <Anchor key={index} url={(token as Tokens.Link).href}>
          {inside(token as Tokens.Link)}
        </Anchor>
      );
    case 'image':
      return <Picture key={index} url={(token as Tokens.Image).href} alt={(token as Tokens.Image).text} />;
    case 'text':
      return (token as Tokens.Text).tokens ? (
        inside(token as Tokens.Text)
      ) : (
        <PlainText key={index} text={(token as Tokens.Text).text} />
      );
    case 'escape':
      return (token as Tokens.Escape).text;
    default:
      return token.raw;
  }
}

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    <li key={index}>
      {item.task && <input type="checkbox" checked={item.checked ?? false} disabled />}
      {item.tokens.map(show)}
    </li>
  ));
  return list.ordered ? <ol start={Number(list.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table }: { table: Tokens.Table }) {
  return (
    <div class="table-scroll" role="group" aria-label="Table" tabIndex={0}>
      <table class="block-table">
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              <th key={index}>{inside(cell)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{inside(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
