import { expect, it } from 'vitest';
import { createAnswerReader, errorCode, withErrorCode } from './answer-body.ts';

/** An answer that comes in pieces, and says whether it was read to its end. */
function anAnswer(pieces: number, pieceBytes: number) {
  const state = { sent: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.sent++ < pieces) controller.enqueue(new Uint8Array(pieceBytes).fill(120));
        else controller.close();
      },
      cancel() {
        state.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, response: new Response(body) };
}

it('reads what is not too large, letters across pieces included', async () => {
  const bytes = Buffer.from('{"text":"grüße"}');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await createAnswerReader()(new Response(body))).toBe('{"text":"grüße"}');
  expect(await createAnswerReader()(new Response(null))).toBe('');
});

it('gives an answer up that is too large, and does not read the rest', async () => {
  const { state, response } = anAnswer(1_000, 100);
  await expect(createAnswerReader({ bytes: 1_000 })(response)).rejects.toThrow('an answer of more than 1000 bytes');
  expect(state).toEqual({ sent: 11, isCancelled: true });
});

it('holds only so much at once, and has room again afterwards', async () => {
  const read = createAnswerReader({ bytes: 1_000, bytesAtOnce: 1_500 });
  const answers = Array.from({ length: 10 }, () => read(anAnswer(9, 100).response));
  const settled = await Promise.allSettled(answers);
  expect(settled.some(({ status }) => status === 'rejected')).toBe(true);
  expect(await read(anAnswer(10, 100).response)).toHaveLength(1_000);
});

it.each([
  ['account_inactive', 'account_inactive'],
  ['x'.repeat(5_000), `${'x'.repeat(100)}…`],
  ['a\n\u001b[31m', 'a???31m'],
])('writes the code %j down as %j', (text, expected) => {
  expect(errorCode(text)).toBe(expected);
});

it('gives the SDK an answer with such a code, and all others as they came', () => {
  const long = JSON.stringify({ ok: false, error: 'x'.repeat(5_000), needed: 'chat:write' });
  expect(JSON.parse(withErrorCode(long))).toEqual({ ok: false, error: `${'x'.repeat(100)}…`, needed: 'chat:write' });
  for (const text of ['{ "ok" : false, "error":"not_authed" }', '{"ok":true}', '"ok":false', ''])
    expect(withErrorCode(text)).toBe(text);
});
