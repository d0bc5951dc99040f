import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readAtMost } from './limited-body.ts';

const LIMIT_BYTES = 100_000;

const post = (body: unknown, headers?: Record<string, string>) =>
  new Request('http://bot.test/', { method: 'POST', body, duplex: 'half', ...(headers && { headers }) } as RequestInit);

it('reads a body up to the limit, and of nothing', async () => {
  for (const text of ['x'.repeat(LIMIT_BYTES), '']) {
    expect((await readAtMost(post(text), LIMIT_BYTES))?.toString()).toBe(text);
  }
  expect(await readAtMost(new Request('http://bot.test/'), LIMIT_BYTES)).toHaveLength(0);
  expect(await readAtMost(post('x'.repeat(LIMIT_BYTES + 1)), LIMIT_BYTES)).toBeUndefined();
  expect(await readAtMost(post('x', { 'content-length': '100001' }), LIMIT_BYTES)).toBeUndefined();
});

/** As a request's stream has it: something came while it was paused. An exception there fails this file, and ended a server. */
it.each([1_000, 60_000, 150_000])('leaves alone what is too much, in pieces of %i bytes', async (pieceBytes) => {
  const incoming = new Readable({ read() {} });
  for (let n = 0; n < 600; n++) incoming.push(Buffer.alloc(pieceBytes, 'x'));
  expect(await readAtMost(post(Readable.toWeb(incoming)), LIMIT_BYTES)).toBeUndefined();
  for (let n = 0; n < 10; n++) await setImmediate();
  incoming.destroy();
});
