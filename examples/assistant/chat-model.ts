/** A model behind an HTTP API of the widespread kind: POST /chat/completions with `stream: true`, answered by server-sent events. */
import type { Model, Turn } from './model.ts';

export interface ChatModelOptions {
  /** For example `https://models.example.com/v1`. */
  url: string;
  /** As that API calls it. */
  model: string;
  /** @defaultValue none is sent */
  key?: string | undefined;
  /** What it is told before the conversation. @defaultValue 'Answer briefly.' */
  instructions?: string;
}

/** @throws Error when the API refuses; what the signal is aborted with */
export function chatModel({ url, model, key, instructions = 'Answer briefly.' }: ChatModelOptions): Model {
  return {
    async *answer(turns, { signal }) {
      const messages = [{ role: 'system', content: instructions }, ...turns.map(toMessage)];
      const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ model, messages, stream: true }),
        signal,
      });
      // The body may quote the key or the conversation: neither belongs into a log.
      if (!response.ok || !response.body) throw new Error(`The model answered ${response.status}`);
      for await (const line of linesOf(response.body)) {
        const piece = pieceIn(line);
        if (piece !== undefined) yield piece;
      }
    },
  };
}

function toMessage({ by, text }: Turn) {
  return { role: by === 'bot' ? 'assistant' : 'user', content: text };
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

interface Delta {
  choices?: { delta?: { content?: string | null } }[];
}

/** `data: {"choices":[{"delta":{"content":"word"}}]}`; everything else of the stream says nothing. */
function pieceIn(line: string): string | undefined {
  const data = /^data: ?(\{.*\})$/.exec(line)?.[1];
  if (data === undefined) return undefined;
  return (JSON.parse(data) as Delta).choices?.[0]?.delta?.content ?? undefined;
}
