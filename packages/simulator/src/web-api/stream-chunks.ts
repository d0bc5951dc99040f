/** Reads the bits of a streaming message from the arguments of chat.startStream and its like. */

import { normalizedBlocks } from '../content/block-kit/normalize.ts';
import { isObject } from '../content/block-kit/rules.ts';
import { blocksRefusal, MAX_MARKDOWN_LENGTH } from '../content/message-content.ts';
import { type Refusal, refuse } from '../wire/answer.ts';
import { jsonArray, text } from '../wire/arguments.ts';
import type { Chunk } from '../workspace/streams.ts';

/** The arguments that carry them. */
export const chunkArguments = {
  markdown_text: text.optional(),
  chunks: jsonArray.optional({ invalid: 'invalid_chunks' }),
};

const TASK_STATES: ReadonlySet<unknown> = new Set(['pending', 'in_progress', 'complete', 'error']);

/** The bits in order, or why Slack would not take them. */
export function readChunks(
  args: { markdown_text: string | undefined; chunks: readonly unknown[] | undefined },
  freshId: () => string,
): Chunk[] | Refusal {
  const { markdown_text: markdown } = args;
  if ((markdown?.length ?? 0) > MAX_MARKDOWN_LENGTH) return refuse('msg_blocks_too_long');
  const chunks: Chunk[] = markdown === undefined ? [] : [{ type: 'markdown_text', text: markdown }];
  for (const raw of args.chunks ?? []) {
    const chunk = readChunk(raw, freshId);
    if ('ok' in chunk) return chunk;
    chunks.push(chunk);
  }
  return chunks;
}

function readChunk(raw: unknown, freshId: () => string): Chunk | Refusal {
  if (!isObject(raw)) return refuse('invalid_chunks');
  const { type, text: words, id, title, blocks } = raw;
  if (type === 'markdown_text' && typeof words === 'string') return { type, text: words };
  if (type === 'plan_update' && typeof title === 'string') return { type, title };
  if (type === 'task_update' && typeof id === 'string' && typeof title === 'string' && TASK_STATES.has(raw.status)) {
    return { type, task: { ...raw, id, title } };
  }
  if (type === 'blocks' && Array.isArray(blocks)) {
    return blocksRefusal(blocks) ?? { type, blocks: normalizedBlocks(blocks, freshId) };
  }
  return refuse('invalid_chunks');
}
