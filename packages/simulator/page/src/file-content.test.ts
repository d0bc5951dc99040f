import { afterEach, expect, it, vi } from 'vitest';
import { jsonWithBlobs } from './file-content.ts';

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
