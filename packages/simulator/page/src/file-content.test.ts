import { afterEach, expect, it, vi } from 'vitest';
import { jsonWithBlobs, pastedFiles } from './file-content.ts';

afterEach(() => vi.unstubAllGlobals());

it('a request with files is JSON, also on a page that came by http from another machine', async () => {
  // What a browser has there.
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  const content = { base64: new Blob(['YQ', '==']) };
  const json = jsonWithBlobs({ text: 'a "b"', content, others: [{ content }], none: undefined });
  const files = { content: { base64: 'YQ==' }, others: [{ content: { base64: 'YQ==' } }] };
  expect(JSON.parse(await json.text())).toEqual({ text: 'a "b"', ...files });
  expect(await jsonWithBlobs({ kind: 'say' }).text()).toBe('{"kind":"say"}');
});

it.each([
  ['a file of a folder', ['text/plain', 'Files'], 1],
  ['a picture of a page', ['text/html', 'Files'], 1],
  ['cells of a table, which come with a picture of them', ['text/plain', 'text/html', 'text/rtf', 'Files'], 0],
])('of %s that is pasted, %j, as many are files: %i', (_what, types, files) => {
  const pasted = { types, files: [new File(['a'], 'image.png')] as never };
  expect([...pastedFiles(pasted)]).toHaveLength(files);
});
