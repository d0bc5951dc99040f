import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, installedSimulator } from '../../test/support/slack.ts';
import { parseJson } from './json-text.ts';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator();
});
afterAll(() => slack.stop());

describe('parseJson', () => {
  it('reads what JSON.parse reads, brackets in strings included', () => {
    for (const value of [null, 1, 'x', [], {}, { a: [`"\\${'['.repeat(200)}`] }]) {
      expect(parseJson(JSON.stringify(value))).toEqual(value);
    }
    expect(parseJson(nested(100))).toBeInstanceOf(Array);
  });

  it('refuses what is nested too deeply', () => {
    expect(() => parseJson(nested(101))).toThrow(SyntaxError);
  });
});

describe('deeply nested JSON', () => {
  it('is refused as a body, and as an argument', async () => {
    const body = `{"a":${nested(100_000)}}`;
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const response = await fetch(`${slack.apiUrl}api.test`, { method: 'POST', headers, body });
    expect(await response.json()).toEqual({ ok: false, error: 'invalid_json' });
    const fields = { channel: '#general', text: 'x', blocks: nested(100_000) };
    const refused = await call(slack, 'chat.postMessage', slack.acme.botToken, fields);
    expect(refused).toMatchObject({ ok: false, error: 'invalid_blocks_format' });
  });
});
