/** Block Kit, block by block. (https://docs.slack.dev/reference/block-kit/blocks) */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Alert, Card, Carousel, Container } from './cards.tsx';
import { Chart, DataTable } from './data.tsx';
import { Element } from './elements.tsx';
import { isJson, type Json, listOf, textOf, wordOf } from './json.ts';
import { Markdown } from './markdown.tsx';
import { Anchor } from './mentions.tsx';
import { Picture } from './picture.tsx';
import { RichText } from './rich-text.tsx';
import { useSurface } from './surface.ts';
import { Plan, TaskCard } from './tasks.tsx';
import { Text } from './text.tsx';

export function Blocks({ blocks }: { blocks: readonly unknown[] }) {
  return (
    <div class="blocks">
      {blocks.filter(isJson).map((block, index) => (
        <Block key={wordOf(block.block_id, index)} block={block} />
      ))}
    </div>
  );
}

function Block({ block }: { block: Json }): ComponentChildren {
  const blockId = wordOf(block.block_id);
  switch (block.type) {
    case 'section':
      return <Section block={block} blockId={blockId} />;
    case 'header':
      return (
        <p class="block-header">
          <Text text={block.text} />
        </p>
      );
    case 'divider':
      return <hr />;
    case 'context':
      return <ContextBlock block={block} />;
    case 'actions':
    case 'context_actions':
      return (
        <div class={`block-actions${block.type === 'context_actions' ? ' quiet' : ''}`}>
          {listOf(block.elements).map((element, index) => (
            <Element key={wordOf(element.action_id, index)} element={element} blockId={blockId} />
          ))}
        </div>
      );
    case 'input':
      return <InputBlock block={block} blockId={blockId} />;
    case 'image':
      return (
        <figure class="block-image">
          {block.title !== undefined && (
            <figcaption class="small">
              <Text text={block.title} />
            </figcaption>
          )}
          <Picture
            url={wordOf(block.image_url, (block.slack_file as Json | undefined)?.url)}
            alt={wordOf(block.alt_text)}
          />
        </figure>
      );
    case 'rich_text':
      return (
        <div class="block-rich">
          <RichText elements={listOf(block.elements)} />
        </div>
      );
    case 'markdown':
      return <Markdown text={wordOf(block.text)} />;
    case 'table':
      return <TableBlock block={block} />;
    case 'video':
      return <Video block={block} />;
    case 'plan':
      return <Plan block={block} />;
    case 'task_card':
      return <TaskCard task={block} />;
    case 'alert':
      return <Alert block={block} />;
    case 'card':
      return <Card card={block} blockId={blockId} />;
    case 'carousel':
      return <Carousel block={block} blockId={blockId} />;
    case 'container':
      return (
        <Container block={block}>
          <Blocks blocks={listOf(block.child_blocks)} />
        </Container>
      );
    case 'data_table':
      return <DataTable block={block} />;
    case 'data_visualization':
      return <Chart block={block} />;
    default:
      return <OtherBlock block={block} />;
  }
}

function Section({ block, blockId }: { block: Json; blockId: string }) {
  const fields = listOf(block.fields);
  return (
    <div class="block-section">
      <div class="grow">
        {block.text !== undefined && <FoldedText text={block.text} isExpanded={block.expand === true} />}
        {fields.length > 0 && (
          <div class="block-fields">
            {fields.map((field, index) => (
              <div key={index}>
                <Text text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {isJson(block.accessory) && (
        <div class="block-accessory">
          <Element element={block.accessory} blockId={blockId} />
        </div>
      )}
    </div>
  );
}

/** Slack folds a long text behind "See more", unless `expand` is set. */
function FoldedText({ text, isExpanded }: { text: unknown; isExpanded: boolean }) {
  const [isOpen, setOpen] = useState(isExpanded);
  const isLong = !isOpen && textOf(text).length > 700;
  return (
    <div>
      <div class={isLong ? 'folded' : ''}>
        <Text text={text} />
      </div>
      {isLong && (
        <button type="button" class="link-button" onClick={() => setOpen(true)}>
          See more
        </button>
      )}
    </div>
  );
}

function ContextBlock({ block }: { block: Json }) {
  return (
    <div class="block-context">
      {listOf(block.elements).map((element, index) =>
        element.type === 'image' ? (
          <Picture key={index} url={wordOf(element.image_url)} alt={wordOf(element.alt_text)} isSmall />
        ) : (
          <span key={index}>
            <Text text={element} />
          </span>
        ),
      )}
    </div>
  );
}

function InputBlock({ block, blockId }: { block: Json; blockId: string }) {
  const { errors } = useSurface();
  const error = errors[blockId];
  const element = isJson(block.element) ? block.element : undefined;
  return (
    <div class={`block-input${error ? ' has-error' : ''}`}>
      <div class="input-label">
        <Text text={block.label} />
        {block.optional === true && <span class="soft small"> (optional)</span>}
      </div>
      {element && (
        <Element
          element={element}
          blockId={blockId}
          label={textOf(block.label)}
          isField
          isDispatching={block.dispatch_action === true}
        />
      )}
      {error && (
        <p class="field-error small" role="alert">
          {error}
        </p>
      )}
      {block.hint !== undefined && (
        <p class="small soft">
          <Text text={block.hint} />
        </p>
      )}
    </div>
  );
}

function TableBlock({ block }: { block: Json }) {
  const rows = Array.isArray(block.rows) ? block.rows.map(listOf) : [];
  const settings = listOf(block.column_settings);
  const [head, ...body] = rows;
  const cell = (content: Json, column: number) => ({
    class: `align-${wordOf(settings[column]?.align, 'left')}`,
    children: content.type === 'rich_text' ? <RichText elements={listOf(content.elements)} /> : textOf(content),
  });
  return (
    <div class="table-scroll" role="group" aria-label="Table" tabIndex={0}>
      <table class="block-table">
        {head && (
          <thead>
            <tr>
              {head.map((content, column) => (
                <th key={column} {...cell(content, column)} />
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {body.map((row, index) => (
            <tr key={index}>
              {row.map((content, column) => (
                <td key={column} {...cell(content, column)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Video({ block }: { block: Json }) {
  const url = wordOf(block.title_url, block.video_url);
  return (
    <div class="block-video">
      <p class="small soft">{wordOf(block.provider_name, block.author_name, 'Video')}</p>
      <p>
        <Anchor url={url}>
          <Text text={block.title} />
        </Anchor>
      </p>
      <Picture url={wordOf(block.thumbnail_url)} alt={wordOf(block.alt_text)} />
      {block.description !== undefined && (
        <p>
          <Text text={block.description} />
        </p>
      )}
    </div>
  );
}

/** Newer blocks: what they say, and the rest on demand. */
function OtherBlock({ block }: { block: Json }) {
  const children = [...listOf(block.blocks), ...listOf(block.elements).filter(({ type }) => typeof type === 'string')];
  return (
    <div class="block-other">
      <span class="badge plain">{wordOf(block.type)}</span> {textOf(block.title)} {textOf(block.text)}
      {children.length > 0 && <Blocks blocks={children} />}
      <details>
        <summary class="small soft">JSON</summary>
        <pre class="code-block">{JSON.stringify(block, null, 2)}</pre>
      </details>
    </div>
  );
}
