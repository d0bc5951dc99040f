/** Blocks that stand inside other blocks: those of a container, and the cards of a carousel. */
import type { Json } from '../../workspace/slack-shapes.ts';
import { isObject } from './rules.ts';

/** By the type of the outer block, where its inner blocks are. */
const innerOf: Readonly<Record<string, string>> = { container: 'child_blocks', carousel: 'elements' };

/** A block and where it is. */
export interface PlacedBlock {
  readonly block: Json;
  readonly pointer: string;
}

/** The name of the member that holds the inner blocks of this block, if it holds any. */
export function innerName(block: Json): string | undefined {
  return typeof block.type === 'string' && Object.hasOwn(innerOf, block.type) ? innerOf[block.type] : undefined;
}

/** Every block in reading order, inner ones after the one around them. Slack nests no deeper than that. */
export function allBlocks(blocks: readonly unknown[], pointer = '/blocks'): PlacedBlock[] {
  return placed(blocks, pointer).flatMap((one) => {
    const name = innerName(one.block);
    const inner = name === undefined ? undefined : one.block[name];
    return [one, ...(Array.isArray(inner) ? placed(inner, `${one.pointer}/${name}`) : [])];
  });
}

function placed(blocks: readonly unknown[], pointer: string): PlacedBlock[] {
  return blocks.flatMap((block, index) => (isObject(block) ? [{ block, pointer: `${pointer}/${index}` }] : []));
}
