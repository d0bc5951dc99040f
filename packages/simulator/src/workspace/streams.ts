/**
 * Messages that are written bit by bit: text, tasks and a plan, as chunks.
 * (https://docs.slack.dev/messaging/sending-and-scheduling-messages#text-streaming)
 */
import { assertNever } from '../assert-never.ts';
import type { MessageStream } from './model.ts';
import { richTextOf } from './rich-text.ts';
import type { Json } from './slack-shapes.ts';

/** A bit of a streaming message. */
export type Chunk =
  | { type: 'markdown_text'; text: string }
  | { type: 'task_update'; task: Json & { id: string; title: string } }
  | { type: 'plan_update'; title: string }
  | { type: 'blocks'; blocks: readonly unknown[] };

/** A stream that says nothing yet. */
export function newStream(
  appId: string,
  displayMode: MessageStream['displayMode'],
  writtenAtMs: number,
): MessageStream {
  return {
    appId,
    state: 'in_progress',
    writtenAtMs,
    markdown: '',
    displayMode,
    planTitle: undefined,
    tasks: new Map(),
    extraBlocks: [],
  };
}

/** Adds the chunks in order; a task of a known id is changed in place. */
export function addChunks(stream: MessageStream, chunks: readonly Chunk[]): void {
  for (const chunk of chunks) addChunk(stream, chunk);
}

/** The message's blocks as far as it was written. */
export function streamBlocks(stream: MessageStream): Json[] {
  const tasks = [...stream.tasks.values()].map(taskBlock);
  const isPlan = stream.displayMode === 'plan' || stream.planTitle !== undefined;
  const plan = { type: 'plan', block_id: 'plan', title: stream.planTitle ?? 'Plan', tasks };
  const cards = isPlan && (tasks.length > 0 || stream.planTitle !== undefined) ? [plan] : tasks;
  const words = stream.markdown === '' ? [] : [{ type: 'markdown', block_id: 'markdown', text: stream.markdown }];
  return [...cards, ...words, ...(stream.extraBlocks as Json[])];
}

function addChunk(stream: MessageStream, chunk: Chunk): void {
  switch (chunk.type) {
    case 'markdown_text':
      stream.markdown += chunk.text;
      return;
    case 'task_update':
      stream.tasks.set(chunk.task.id, { ...stream.tasks.get(chunk.task.id), ...chunk.task });
      return;
    case 'plan_update':
      stream.planTitle = chunk.title;
      return;
    case 'blocks':
      stream.extraBlocks.push(...chunk.blocks);
      return;
    default:
      assertNever(chunk);
  }
}

/** Details and output are text in chunks, and rich text in the block. (@slack/types 3.2.0, chunk.d.ts and TaskCardBlock) */
function taskBlock({ id, details, output, ...task }: Json): Json {
  const name = `task-${String(id)}`;
  return {
    ...task,
    ...richPart('details', details, name),
    ...richPart('output', output, name),
    type: 'task_card',
    block_id: name,
    task_id: id,
  };
}

function richPart(key: string, text: unknown, name: string): Json {
  if (typeof text !== 'string' || text === '') return {};
  const [richText] = richTextOf(text, `${name}-${key}`);
  return { [key]: richText };
}
