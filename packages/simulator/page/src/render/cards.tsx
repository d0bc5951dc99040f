/** Cards, alerts and containers. (https://docs.slack.dev/reference/block-kit/blocks/card-block, …/alert-block, …/container-block) */
import type { ComponentChildren } from 'preact';
import { Element } from './elements.tsx';
import { isJson, type Json, listOf, textOf, wordOf } from './json.ts';
import { Picture } from './picture.tsx';
import { RichText } from './rich-text.tsx';
import { Text } from './text.tsx';

const TONES: Readonly<Record<string, string>> = { info: 'info', warning: 'warn', error: 'bad', success: 'good' };

export function Alert({ block }: { block: Json }) {
  const level = wordOf(block.level, 'default');
  return (
    <div class={`notice tone-${TONES[level] ?? 'none'}`} role="note">
      {TONES[level] && <span class="sr-only">{level}: </span>}
      <Text text={block.text} />
    </div>
  );
}

export function Card({ card, blockId }: { card: Json; blockId: string }) {
  const { hero_image: hero, icon, title, subtitle, body, subtext } = card;
  const actions = listOf(card.actions);
  return (
    <div class="block-card">
      {isJson(hero) && <Picture url={wordOf(hero.image_url)} alt={wordOf(hero.alt_text)} />}
      <div class="block-card-head">
        {isJson(icon) && <Picture url={wordOf(icon.image_url)} alt={wordOf(icon.alt_text)} isSmall />}
        <div class="grow">
          <Part text={title} class="strong" />
          <Part text={subtitle} class="small soft" />
        </div>
      </div>
      <Part text={body} />
      <Part text={subtext} class="small soft" />
      {actions.length > 0 && (
        <div class="block-actions">
          {actions.map((element, index) => (
            <Element key={wordOf(element.action_id, index)} element={element} blockId={blockId} />
          ))}
        </div>
      )}
    </div>
  );
}

function Part({ text, class: name }: { text: unknown; class?: string }) {
  return text === undefined || text === null ? null : (
    <p class={name}>
      <Text text={text} />
    </p>
  );
}

/** Cards beside each other; more than fit are scrolled to. */
export function Carousel({ block, blockId }: { block: Json; blockId: string }) {
  return (
    <div class="block-carousel fades-at-edges" role="group" aria-label="Cards" tabIndex={0}>
      {listOf(block.elements).map((card, index) => (
        <Card key={index} card={card} blockId={wordOf(card.block_id) || blockId} />
      ))}
    </div>
  );
}

/** @param children The blocks in it */
export function Container({ block, children }: { block: Json; children: ComponentChildren }) {
  const { rich_text_title: rich, subtitle, icon } = block;
  const head = (
    <>
      {isJson(icon) && <Picture url={wordOf(icon.image_url)} alt={wordOf(icon.alt_text)} isSmall />}{' '}
      <strong>{isJson(rich) ? <RichText elements={listOf(rich.elements)} /> : textOf(block.title)}</strong>{' '}
      {subtitle !== undefined && (
        <span class="small soft">
          <Text text={subtitle} />
        </span>
      )}
    </>
  );
  if (block.is_collapsible !== true)
    return (
      <section class="block-container">
        <div>{head}</div>
        {children}
      </section>
    );
  return (
    <details class="block-container" open={block.default_collapsed !== true}>
      <summary>{head}</summary>
      {children}
    </details>
  );
}
