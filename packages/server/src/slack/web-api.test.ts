/** What each HTTP answer means, over real HTTP: which ones are Slack's word about a team, and which are none. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import type { SentCredential, Signal } from './signal.ts';
import { createSlackFetch } from './slack-fetch.ts';
import { type CallSlack, createCallSlack } from './web-api.ts';

const credential: SentCredential = { key: 'T1', kind: 'bot', userId: '', version: { install: 1, refresh: 0 } };
/** As a date of HTTP. */
const inHttp = (ms: number) => new Date(ms).toUTCString();
const GONE = '{"ok":false,"error":"account_inactive"}';
const HTML = '<html><body><h1>Service Unavailable</h1></body></html>';

let http: Server;
let respond: (response: ServerResponse) => void;
let requests: number;
let clock: TestClock;
let signals: Signal[];
let call: CallSlack;

beforeEach(async () => {
  requests = 0;
  signals = [];
  clock = new TestClock();
  http = createServer((request, response) => {
    requests++;
    request.resume().once('end', () => respond(response));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/`;
  const slackFetch = createSlackFetch({
    apiUrl,
    lookup: () => ({ pass: true, credential }),
    report: (signal) => signals.push(signal),
    clock,
    random: () => 0,
  });
  call = createCallSlack(slackFetch, apiUrl);
});

afterEach(() => {
  http.closeAllConnections();
  http.close();
});

function answerWith(status: number, body: string, headers: Record<string, string> = {}): void {
  respond = (response) => response.writeHead(status, headers).end(body);
}

describe.each(['connect', 'probe'] as const)('a %s', (purpose) => {
  const ask = () => call('rtm.connect', { token: 'xoxb-test-1', purpose });

  it('that is answered by a code gets the code, whatever the status below 500', async () => {
    for (const status of [200, 400, 401, 403, 404]) {
      answerWith(status, GONE, { 'content-type': 'application/json' });
      expect(await ask()).toMatchObject({ kind: 'error', code: 'account_inactive' });
    }
    expect(signals).toHaveLength(purpose === 'connect' ? 5 : 0);
  });

  it.each<[string, number, string, string]>([
    ['500', 500, '', 'http_500'],
    ['502 with HTML', 502, HTML, 'http_502'],
    ['503 with HTML', 503, HTML, 'http_503'],
    ['504', 504, '', 'http_504'],
    ['a 500 with a terminal code in its body', 500, GONE, 'http_500'],
    ['a 503 with a terminal code in its body', 503, GONE, 'http_503'],
    ['400 with HTML', 400, HTML, 'http_400'],
    ['403 of a proxy', 403, HTML, 'http_403'],
    ['404 of another server', 404, HTML, 'http_404'],
    ['407 of a proxy', 407, '', 'network error'],
    ['HTML with 200', 200, HTML, 'malformed_answer'],
    ['nothing with 200', 200, '', 'malformed_answer'],
    ['half an answer', 200, '{"ok":false,"error":"account_inac', 'malformed_answer'],
    ['an answer that is no object', 200, '["account_inactive"]', 'malformed_answer'],
    ['null', 200, 'null', 'malformed_answer'],
    ['ok that is no boolean', 200, '{"ok":"false","error":"account_inactive"}', 'malformed_answer'],
    ['no code', 200, '{"ok":false}', 'malformed_answer'],
    ['a code that is not a string', 200, '{"ok":false,"error":17}', 'malformed_answer'],
    ['an error without ok', 200, '{"error":"account_inactive"}', 'malformed_answer'],
  ])('that is answered by %s learns nothing', async (_what, status, body, reason) => {
    answerWith(status, body);
    expect(await ask()).toEqual({ kind: 'failed', reason, isOverload: status >= 500 });
    expect(signals).toEqual([]);
  });

  it.each<[string, number, string, Record<string, string>, number]>([
    ['429', 429, '', { 'retry-after': '90' }, 90_000],
    ['429 without a time', 429, HTML, {}, 30_000],
    ['429 with a time that is none', 429, '', { 'retry-after': 'soon' }, 30_000],
    ['429 with nothing to wait', 429, '', { 'retry-after': '0' }, 0],
    // What is no whole number, or too large for one, would be refused by the database with the limits of all other teams.
    ['429 with a fraction', 429, '', { 'retry-after': '1.0005' }, 1_001],
    ['429 with a time beyond all reason', 429, '', { 'retry-after': '9'.repeat(400) }, 31_536_000_000],
    ['429 with a negative time', 429, '', { 'retry-after': '-5' }, 30_000],
    ['429 with a date', 429, '', { 'retry-after': inHttp(1_000_090_000), date: inHttp(1_000_000_000) }, 90_000],
    ['429 with a date of the past', 429, '', { 'retry-after': inHttp(1_000_000_000), date: inHttp(1_000_090_000) }, 0],
    ['429 with a terminal code in its body', 429, GONE, { 'retry-after': '1' }, 1_000],
    ['ratelimited with 200', 200, '{"ok":false,"error":"ratelimited"}', { 'retry-after': '7' }, 7_000],
    ['rate_limited with 200', 200, '{"ok":false,"error":"rate_limited"}', {}, 30_000],
  ])('that is answered by %s waits as long as Slack says', async (_what, status, body, headers, retryAfterMs) => {
    answerWith(status, body, headers);
    expect(await ask()).toEqual({ kind: 'limited', retryAfterMs });
    expect(signals.filter(({ code }) => !/^rate_?limited$/.test(code))).toEqual([]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['a reset', (response) => response.destroy()],
    ['a reset in the middle', (response) => response.writeHead(200).write(GONE, () => response.destroy())],
    ['a redirect', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ])('that meets %s learns nothing', async (_what, answer) => {
    respond = answer;
    expect(await ask()).toMatchObject({ kind: 'failed', isOverload: false });
    expect(signals).toEqual([]);
    expect(requests).toBe(1);
  });

  it('that nobody answers learns nothing', async () => {
    respond = () => {};
    const asked = ask();
    while (requests === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10_000);
    expect(await asked).toMatchObject({ kind: 'failed' });
    expect(signals).toEqual([]);
  });
});

describe('a call', () => {
  it.each([
    ['429', 429],
    ['500', 500],
    ['503', 503],
  ])('raises no doubt by a terminal code in the body of a %s', async (_what, status) => {
    answerWith(status, GONE, { 'content-type': 'application/json', 'retry-after': '60' });
    await call('chat.postMessage', { token: 'xoxb-test-1', purpose: 'call' });
    expect(signals).toEqual([]);
  });
});
