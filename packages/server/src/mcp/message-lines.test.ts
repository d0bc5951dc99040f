import { describe, expect, it } from 'vitest';
import { type MessageId, MessageLines } from './message-lines.ts';

/** Sends chunks through and answers what comes out, and what was told of lines that are too long. */
async function through(chunks: readonly string[], maxBytes = 1_000) {
  const told: (MessageId | undefined)[] = [];
  const lines = new MessageLines({ maxBytes, onTooLong: (id) => told.push(id) });
  let out = '';
  lines.on('data', (data: Buffer) => (out += String(data)));
  for (const chunk of chunks) lines.write(chunk);
  await new Promise<void>((resolve) => lines.once('end', resolve).end());
  return { out, told };
}

const LONG = 'x'.repeat(2_000);

describe('lines of an agent', () => {
  it('come out as they went in, wherever they were cut', async () => {
    const text = 'one\ntwo\n\nthrée and more\n';
    expect(await through([text])).toEqual({ out: text, told: [] });
    expect(await through(Array.from(text))).toEqual({ out: text, told: [] });
    expect((await through(['exactly', '!\n'], 9)).out).toBe('exactly!\n');
    expect((await through(['one\n', 'the last without an end'])).out).toBe('one\nthe last without an end\n');
  });

  it('that are too long are left out and told once, and those around them are not', async () => {
    const chunks = ['before\n', LONG.slice(0, 900), LONG, LONG, `${LONG}\nafter\n${LONG}\n`, 'last\n', LONG];
    expect(await through(chunks)).toEqual({
      out: 'before\nafter\nlast\n',
      told: [undefined, undefined, undefined],
    });
  });

  it('that are too long are told with their id, first or last in the message, and with no id of what is inside', async () => {
    const message = (fields: object) => `${JSON.stringify(fields)}\n`;
    const inside = { params: { id: 'inside', text: LONG, more: { id: 9 } } };
    const { told } = await through([
      message({ jsonrpc: '2.0', id: 5, method: 'tools/call', ...inside }),
      message({ id: 'a-b', method: 'tools/call', ...inside }),
      message({ method: 'tools/call', ...inside, jsonrpc: '2.0', id: 6 }),
      message({ jsonrpc: '2.0', method: 'tools/call', ...inside }),
      message({ jsonrpc: '2.0', method: 'x', params: { text: LONG, id: 7 } }),
      `[${message({ id: 8, text: LONG }).trim()}]\n`,
    ]);
    expect(told).toEqual([5, 'a-b', 6, undefined, undefined, undefined]);
  });
});
