/** Parts of the page that decide something without a browser: which records fit a query, and what is drawn again. */
import { describe, expect, it } from 'vitest';
import { logFilter } from '../page/src/inspect/log-query.ts';
import { shared } from '../page/src/shared.ts';
import type { LogRecord } from '../src/index.ts';

const names = new Map([
  ['T1', 'Acme'],
  ['T2', 'Globex'],
]);
const records: LogRecord[] = [
  { seq: 1, atMs: 1, kind: 'request', team: 'T1', method: 'chat.postMessage', ok: true, status: 200 },
  { seq: 2, atMs: 2, kind: 'request', team: 'T2', method: 'auth.test', ok: false, error: 'invalid_auth' },
  { seq: 3, atMs: 3, kind: 'delivery', team: 'T1', event: 'app_mention', ok: true, text: 'method:chat' },
  { seq: 4, atMs: 4, kind: 'clock' },
];
const found = (query: string) => records.filter(logFilter(query, names)).map(({ seq }) => seq);

describe('the search of the traffic', () => {
  it.each([
    ['', [1, 2, 3, 4]],
    ['method:chat.postMessage', [1]],
    ['method:chat.*', [1]],
    ['method:*test', [2]],
    ['method:CHAT.POSTMESSAGE,auth.test', [1, 2]],
    ['team:Acme', [1, 3]],
    ['team:T2', [2]],
    ['team:none', [4]],
    ['kind:request -ok:true', [2]],
    ['error:invalid_auth', [2]],
    ['status:200', [1]],
    ['mention', [3]],
    ['team:Acme kind:delivery', [3]],
    ['nosuchfield:1', []],
  ])('finds by %j', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });
});

describe('what is drawn again', () => {
  it('is what changed, and nothing else', () => {
    const before = {
      messages: [
        { ts: '1', text: 'a' },
        { ts: '2', text: 'b' },
      ],
      people: [{ id: 'U1' }],
    };
    const now = shared(before, {
      messages: [
        { ts: '2', text: 'b' },
        { ts: '3', text: 'c' },
      ],
      people: [{ id: 'U1' }],
    });
    expect(now).toEqual({
      messages: [
        { ts: '2', text: 'b' },
        { ts: '3', text: 'c' },
      ],
      people: [{ id: 'U1' }],
    });
    expect(now.people).toBe(before.people);
    expect(now.messages[0]).toBe(before.messages[1]);
  });

  it('is nothing when nothing changed, and everything when the kind of value did', () => {
    const before = { a: [1, { b: null }], c: 'd' };
    expect(shared(before, structuredClone(before))).toBe(before);
    expect(shared([1], { 0: 1 })).toEqual({ 0: 1 });
    expect(shared({ a: 1 }, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined });
    expect(shared({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
    expect(shared([1, 2], [1])).toEqual([1]);
  });
});
