import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import type { GateAnswer } from './gate.ts';
import type { SentCredential, Signal } from './signal.ts';
import { createSlackFetch, type SlackFetch } from './slack-fetch.ts';
import { type CallSlack, createCallSlack } from './web-api.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const credential: SentCredential = { key: 'T1', kind: 'bot', userId: '', version: { install: 1, refresh: 0 } };

let http: Server;
let apiUrl: string;
let clock: TestClock;
/** What Slack answers, one after the other; the last one again and again. */
let answers: Answer[];
/** What arrived at Slack. */
let arrived: { url: string; authorization: string | undefined; body: string }[];
let signals: Signal[];
/** What each attempt ended with. */
let ends: (string | undefined)[][];
let gate: (token: string) => GateAnswer;
let lease: string | undefined;
let slackFetch: SlackFetch;
let call: CallSlack;
/** As a listener has it. */
let client: WebClient;

beforeEach(async () => {
  arrived = [];
  signals = [];
  ends = [];
  answers = [json({ ok: true })];
  gate = () => ({ pass: true, credential });
  lease = undefined;
  clock = new TestClock();
  http = createServer((request, response) => {
    const { authorization } = request.headers;
    void text(request).then((body) => {
      arrived.push({ url: request.url ?? '', authorization, body });
      (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/`;
  slackFetch = createSlackFetch({
    apiUrl,
    lookup: (token) => gate(token),
    onAttempt: () => (result, code) => ends.push([result, code]),
    leaseOf: () => lease,
    report: (signal) => signals.push(signal),
    clock,
    random: () => 0,
  });
  call = createCallSlack(slackFetch, apiUrl);
  client = new WebClient('xoxb-test-1', {
    slackApiUrl: apiUrl,
    fetch: slackFetch.fetch,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
});

afterEach(() => {
  http.closeAllConnections();
  http.close();
});

describe('the one fetch', () => {
  it('reports an error that the caller swallows, with the version that was sent', async () => {
    answers = [json({ ok: false, error: 'account_inactive' })];
    const client = new WebClient('xoxb-test-1', {
      slackApiUrl: apiUrl,
      fetch: slackFetch.fetch,
      retryConfig: { retries: 0 },
    });
    await client.chat.postMessage({ channel: 'C1', text: 'x' }).catch(() => undefined);
    expect(signals).toEqual([{ ...credential, code: 'account_inactive', method: 'chat.postMessage', source: 'call' }]);
  });

  it('takes auth.test as a probe, whoever sends it', async () => {
    answers = [json({ ok: false, error: 'account_inactive' })];
    await call('auth.test', { token: 'xoxb-test-1', purpose: 'call' });
    expect(signals).toMatchObject([{ method: 'auth.test', source: 'probe' }]);
  });

  it('sends nothing when the gate refuses, and says why', async () => {
    gate = () => ({ pass: false, error: new BotServerError('installation_not_active', 'T1 is inactive') });
    const client = new WebClient('xoxb-test-1', {
      slackApiUrl: apiUrl,
      fetch: slackFetch.fetch,
      retryConfig: { retries: 0 },
    });
    await expect(client.auth.test()).rejects.toMatchObject({ original: { code: 'installation_not_active' } });
    expect(arrived).toEqual([]);
  });

  it('refuses a token in the body like one in the header', async () => {
    gate = (token) =>
      token === 'xoxb-test-old'
        ? { pass: false, error: new BotServerError('credential_superseded', 'old') }
        : { pass: true };
    const client = new WebClient('xoxb-test-new', {
      slackApiUrl: apiUrl,
      fetch: slackFetch.fetch,
      retryConfig: { retries: 0 },
    });
    await expect(client.apiCall('chat.postMessage', { token: 'xoxb-test-old', channel: 'C1' })).rejects.toThrow();
    expect(arrived).toEqual([]);
  });

  it('asks the gate again before each retry', async () => {
    answers = [status(500)];
    gate = () =>
      arrived.length === 0
        ? { pass: true, credential }
        : { pass: false, error: new BotServerError('installation_not_active', 'gone') };
    const answer = call('users.info', { token: 'xoxb-test-1', purpose: 'call' });
    await clock.advance(0);
    expect(await answer).toEqual({ kind: 'refused', reason: 'installation_not_active' });
    expect(arrived).toHaveLength(1);
    expect(ends).toEqual([
      ['server_error', undefined],
      ['refused', 'installation_not_active'],
    ]);
  });

  it.each([
    ['a new connection', 0],
    ['a connection that is there', 1],
  ])('asks the gate again when a request is about to leave on %s', async (_, callsBefore) => {
    for (let n = 0; n < callsBefore; n++) await call('auth.test', { token: 'xoxb-test-1', purpose: 'call' });
    let asked = 0;
    gate = () =>
      ++asked === 1
        ? { pass: true, credential }
        : { pass: false, error: new BotServerError('installation_not_active', 'gone') };
    const args = { token: 'xoxb-test-1', purpose: 'call' } as const;
    expect(await call('users.info', args)).toEqual({ kind: 'refused', reason: 'installation_not_active' });
    expect(arrived).toHaveLength(callsBefore);
    gate = () => ({ pass: true, credential });
    expect(await call('users.info', args)).toMatchObject({ kind: 'ok' });
  });

  it.each([
    ['a refresh', { basic: { id: '1.2', secret: 'test-secret' }, purpose: 'connect' }],
    ['a probe', { token: 'xoxb-test-1', purpose: 'probe' }],
  ] as const)('sends nothing that was begun under a lease that is over when it would leave: %s', async (_, given) => {
    lease = 'before';
    const answer = call('oauth.v2.access', given);
    lease = 'after';
    expect(await answer).toEqual({ kind: 'refused', reason: 'fenced' });
    expect(arrived).toEqual([]);
    expect(await call('oauth.v2.access', given)).toMatchObject({ kind: 'ok' });
  });

  it('asks the gate again before each piece of a body that is still being read', async () => {
    const twoPieces = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('piece'));
        if (!isOpen) controller.close();
        isOpen = false;
      },
    });
    let isOpen = true;
    gate = () => (isOpen ? { pass: true, credential } : { pass: false, error: new BotServerError('fenced', 'late') });
    const init = { method: 'POST', headers: { authorization: 'Bearer xoxb-test-1' }, body: twoPieces };
    await expect(slackFetch.fetch(`${apiUrl}files.upload`, init)).rejects.toMatchObject({ code: 'fenced' });
    expect(arrived).toEqual([]);
  });

  it('lets only probes pass a closed gate, and raises no signal for them', async () => {
    answers = [json({ ok: false, error: 'account_inactive' })];
    gate = () => ({ pass: false, error: new BotServerError('installation_not_active', 'T1 is inactive') });
    expect(await call('auth.test', { token: 'xoxb-test-1', purpose: 'probe' })).toMatchObject({
      kind: 'error',
      code: 'account_inactive',
    });
    expect(signals).toEqual([]);
  });

  it('raises no signal for tokens that were never handed out', async () => {
    gate = () => ({ pass: true });
    answers = [json({ ok: false, error: 'invalid_auth' })];
    await call('auth.test', { token: 'xapp-test-1', purpose: 'call' });
    expect(signals).toEqual([]);
  });

  it('repeats a reading call twice after 5xx, and a posting call never', async () => {
    answers = [status(503), status(503), json({ ok: true })];
    const reading = call('users.info', { token: 'xoxb-test-1', purpose: 'call' });
    await clock.advance(0);
    expect(await reading).toMatchObject({ kind: 'ok' });
    expect(arrived).toHaveLength(3);
    answers = [status(503)];
    expect(await call('chat.postMessage', { token: 'xoxb-test-1', purpose: 'call' })).toEqual({
      kind: 'failed',
      reason: 'http_503',
      isOverload: true,
    });
    expect(arrived).toHaveLength(4);
  });

  it('never takes a 5xx for the word of Slack about a team', async () => {
    answers = [(_request, response) => respond(response, 503, { ok: false, error: 'account_inactive' })];
    expect(await call('auth.test', { token: 'xoxb-test-1', purpose: 'connect' })).toMatchObject({ kind: 'failed' });
    expect(signals).toEqual([]);
  });

  it('waits for Retry-After and then sends again', async () => {
    answers = [limited('7'), json({ ok: true })];
    const answer = call('chat.postMessage', { token: 'xoxb-test-1', purpose: 'call' });
    await clock.advance(6_999);
    expect(arrived).toHaveLength(1);
    await clock.advance(1);
    expect(await answer).toMatchObject({ kind: 'ok' });
    expect(arrived).toHaveLength(2);
  });

  it.each(['60', '300'])(
    'lets a client wait for a Retry-After of %s s, and asks the gate before it sends again',
    async (seconds) => {
      answers = [limited(seconds), json({ ok: true })];
      const posted = client.chat.postMessage({ channel: 'C1', text: 'hi' });
      await clock.advance(Number(seconds) * 1_000 - 1);
      expect(arrived).toHaveLength(1);
      await clock.advance(1);
      expect(await posted).toMatchObject({ ok: true });
      answers = [limited(seconds), json({ ok: true })];
      const refused = client.chat.postMessage({ channel: 'C1', text: 'hi' });
      await clock.advance(1);
      gate = () => ({ pass: false, error: new BotServerError('installation_not_active', 'T1 is inactive') });
      await Promise.all([expect(refused).rejects.toThrow('T1 is inactive'), clock.advance(Number(seconds) * 1_000)]);
      expect(arrived).toHaveLength(3);
    },
  );

  it('tells the client at once how long it would have to wait when that is longer than five minutes', async () => {
    answers = [limited('301')];
    await expect(client.chat.postMessage({ channel: 'C1', text: 'hi' })).rejects.toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 301,
    });
    expect(arrived).toHaveLength(1);
  });

  it('ends the waits of clients when the server has stopped', async () => {
    answers = [limited('60')];
    const posted = client.chat.postMessage({ channel: 'C1', text: 'hi' });
    await clock.advance(1);
    slackFetch.stop();
    await expect(posted).rejects.toThrow('the server has stopped');
    await clock.advance(60_000);
    expect(arrived).toHaveLength(1);
  });

  it('lets its own calls wait 30 s for Retry-After at most, and a connect never', async () => {
    answers = [limited('31')];
    expect(await call('users.info', { token: 'xoxb-test-1', purpose: 'call' })).toEqual({
      kind: 'limited',
      retryAfterMs: 31_000,
    });
    answers = [limited('1')];
    expect(await call('rtm.connect', { token: 'xoxb-test-1', purpose: 'connect' })).toEqual({
      kind: 'limited',
      retryAfterMs: 1_000,
    });
    expect(arrived).toHaveLength(2);
  });

  it('gives an attempt up after 10 s, also when the answer stops in the middle', async () => {
    answers = [
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"ok":'),
    ];
    const answer = call('chat.postMessage', { token: 'xoxb-test-1', purpose: 'call' });
    await clock.advance(10_000);
    expect(await answer).toMatchObject({ kind: 'failed', isOverload: false });
  });

  it.each([
    ['before its first byte', false],
    ['between its head and its body', true],
  ])('reads an answer that came while the process was frozen for longer than the limit: %s', async (_, hasHead) => {
    const timers = new Set<() => void>();
    let nowMs = 0;
    let headRead = () => {};
    const frozen: Clock = {
      now: () => nowMs,
      monotonic: () => nowMs,
      after: (_delayMs, fn) => {
        timers.add(fn);
        // The second one counts from the head on.
        if (timers.size === 1) headRead();
        return { cancel: () => void timers.delete(fn) };
      },
      sleep: () => Promise.resolve(),
      io: (work) => work,
    };
    const held = Promise.withResolvers<ServerResponse>();
    answers = [(_request, response) => held.resolve(response)];
    const fetch = createSlackFetch({ apiUrl, lookup: gate, report: () => {}, clock: frozen, random: () => 0 });
    const answer = createCallSlack(fetch, apiUrl)('oauth.v2.access', { purpose: 'connect', args: { code: 'c' } });
    const response = await held.promise;
    if (hasHead) {
      const read = new Promise<void>((resolve) => {
        headRead = resolve;
      });
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      await read;
    }
    const body = JSON.stringify({ ok: true, access_token: 'of that code' });
    if (!hasHead) response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body);
    // Node fires timers before it reads sockets.
    nowMs = 10_200;
    for (const fire of Array.from(timers)) fire();
    expect(await answer).toMatchObject({ kind: 'ok', body: { access_token: 'of that code' } });
  });

  it.each([
    [
      'not JSON',
      (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hi</h1>'),
    ],
    ['JSON without ok', (response: ServerResponse) => respond(response, 200, { error: 'account_inactive' })],
    ['an array', (response: ServerResponse) => respond(response, 200, ['account_inactive'])],
    ['ok: false without a code', (response: ServerResponse) => respond(response, 200, { ok: false })],
  ])('learns nothing about the team from %s', async (_what, answer) => {
    answers = [(_request, response) => answer(response)];
    expect(await call('rtm.connect', { token: 'xoxb-test-1', purpose: 'connect' })).toMatchObject({ kind: 'failed' });
    expect(signals).toEqual([]);
  });

  it.each([undefined, 'text/plain; charset=utf-8', 'text/html'])(
    'reads the code in an answer of type %s',
    async (type) => {
      answers = [typed(type, { ok: false, error: 'account_inactive' })];
      expect(await call('rtm.connect', { token: 'xoxb-test-1', purpose: 'connect' })).toMatchObject({ kind: 'error' });
      const client = new WebClient('xoxb-test-1', { slackApiUrl: apiUrl, fetch: slackFetch.fetch });
      await expect(client.chat.postMessage({ channel: 'C1', text: 'hi' })).rejects.toThrow('account_inactive');
      expect(signals.map(({ code, source }) => `${source}: ${code}`)).toEqual([
        'connect: account_inactive',
        'call: account_inactive',
      ]);
    },
  );

  it('gives up a body of an unknown type that never ends', async () => {
    answers = [(_request, response) => void response.writeHead(200).write('{"ok":')];
    const answer = call('auth.test', { token: 'xoxb-test-1', purpose: 'probe' });
    await clock.advance(3_000);
    expect(await answer).toMatchObject({ kind: 'failed' });
  });

  it('does not touch the bytes of a file', async () => {
    const bytes = new Uint8Array([31, 139, 8, 255]);
    answers = [(_request, response) => void response.writeHead(200, { 'content-type': 'application/gzip' }).end(bytes)];
    const response = await slackFetch.fetch(`${apiUrl}admin.analytics.getFile`, { method: 'POST' });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it('follows no redirect of Slack: it would take the client secret along', async () => {
    answers = [(_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end()];
    const args = { client_id: '1.1', client_secret: 'shh', code: 'c' };
    expect(await call('oauth.access', { purpose: 'connect', args })).toMatchObject({ kind: 'failed' });
    expect(arrived.map(({ url }) => url)).toEqual(['/api/oauth.access']);
  });

  it('says which network failure it was, without the token', async () => {
    http.close();
    http.closeAllConnections();
    const answer = await call('rtm.connect', { token: 'xoxb-test-1', purpose: 'connect' });
    expect(answer).toEqual({ kind: 'failed', reason: 'econnrefused', isOverload: false });
  });
});

describe('an answer that is too large', () => {
  const large: Answer = (_request, response) => void response.writeHead(200).end(Buffer.alloc(9 * 1_048_576, 'x'));

  it('is a failure of that call, which is not sent again', async () => {
    answers = [large];
    expect(await call('users.list', { token: 'xoxb-test-1', purpose: 'call' })).toEqual({
      kind: 'failed',
      reason: 'an answer of more than 8388608 bytes',
      isOverload: false,
    });
    expect(arrived).toHaveLength(1);
  });

  it('is none when only its code is: that is cut for logs, rows and errors', async () => {
    answers = [json({ ok: false, error: 'x'.repeat(100_000) })];
    const answer = await call('chat.postMessage', { token: 'xoxb-test-1', purpose: 'call' });
    expect(answer).toMatchObject({ kind: 'error', code: `${'x'.repeat(100)}…` });
    expect(signals.map(({ code }) => code)).toEqual([`${'x'.repeat(100)}…`]);
    const client = new WebClient('xoxb-test-1', {
      slackApiUrl: apiUrl,
      fetch: slackFetch.fetch,
      retryConfig: { retries: 0 },
    });
    const error = await client.chat.postMessage({ channel: 'C1', text: 'x' }).catch((reason: Error) => reason.message);
    expect(JSON.stringify(error).length).toBeLessThan(300);
  });
});

describe('an answer to a response_url', () => {
  const post = (url: string) =>
    slackFetch.fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"hi"}' });

  it('goes to the host of the Web API', async () => {
    await post(new URL('/response/1', apiUrl).href);
    expect(arrived).toMatchObject([{ url: '/response/1', body: '{"text":"hi"}' }]);
  });

  it('goes nowhere else', async () => {
    const other = createServer((_request, response) => void response.end());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const reached: unknown[] = [];
    other.on('request', (request) => reached.push(request.url));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/steal`;
    await expect(post(url)).rejects.toMatchObject({ code: 'foreign_response_url' });
    expect(reached).toEqual([]);
  });

  it('follows no redirect', async () => {
    answers = [(_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end()];
    await expect(post(new URL('/response/1', apiUrl).href)).rejects.toMatchObject({ code: 'slack_unreachable' });
    expect(arrived.map(({ url }) => url)).toEqual(['/response/1']);
  });
});

function json(body: object): Answer {
  return (_request, response) => respond(response, 200, body);
}

function typed(type: string | undefined, body: object): Answer {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  return (_request, response) => void response.writeHead(200, headers).end(JSON.stringify(body));
}

function status(code: number): Answer {
  return (_request, response) => void response.writeHead(code, { 'content-type': 'text/html' }).end('<h1>sorry</h1>');
}

function limited(seconds: string): Answer {
  return (_request, response) => void response.writeHead(429, { 'retry-after': seconds }).end();
}

function respond(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
