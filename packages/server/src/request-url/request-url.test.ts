import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import type { DeliveryAnswer } from '../slack/delivery/delivery.ts';
import { ownChallenge } from './own-challenge.ts';
import { aRequestUrl, FORM_TYPE, headOf, JSON_TYPE, open, SECRET, signed } from './request-url.test-kit.ts';

const event = { type: 'event_callback', event_id: 'Ev1', team_id: 'T1', event: { type: 'message', text: 'grüße' } };

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

describe('the request URL', () => {
  it('takes a signed event, with its bytes as they came', async () => {
    const { post, deliveries } = await aRequestUrl();
    const raw = ` ${JSON.stringify(event)}\n`;
    expect(await post(raw)).toMatchObject({ status: 200, text: '' });
    expect(deliveries).toEqual([{ body: event, bytes: new Uint8Array(Buffer.from(raw)) }]);
  });

  it('takes it under a query string, and leaves other paths alone', async () => {
    const { post, deliveries } = await aRequestUrl();
    expect(await post(JSON.stringify(event), { path: '/slack/events?from=slack' })).toMatchObject({ status: 200 });
    expect(await post(JSON.stringify(event), { path: '/slack/events/' })).toMatchObject({ status: 404 });
    expect(await post(JSON.stringify(event), { path: '/slack/eventsource' })).toMatchObject({ status: 404 });
    expect(deliveries).toHaveLength(1);
  });

  it('passes on which retry it is', async () => {
    const { post, deliveries } = await aRequestUrl();
    await post(JSON.stringify(event), {
      headers: { 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_timeout' },
    });
    expect(deliveries).toMatchObject([{ retryNum: 2, retryReason: 'http_timeout' }]);
  });

  it('takes a slash command as its form, and a payload as its JSON', async () => {
    const { post, deliveries } = await aRequestUrl();
    await post(form({ command: '/stan', text: 'grüße & mehr', team_id: 'T1' }), { type: FORM_TYPE });
    await post(form({ payload: JSON.stringify({ type: 'shortcut', callback_id: 'new' }) }), { type: FORM_TYPE });
    expect(deliveries).toEqual([
      { body: { command: '/stan', text: 'grüße & mehr', team_id: 'T1' } },
      { body: { type: 'shortcut', callback_id: 'new' } },
    ]);
  });

  it('answers the challenge as text', async () => {
    const { post } = await aRequestUrl();
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'c0ffee' });
    const answer = await post(challenge);
    expect(answer).toMatchObject({ status: 200, text: 'c0ffee' });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await post(challenge, { headers: { 'x-slack-signature': 'v0=' } })).toMatchObject({ status: 401 });
  });

  it('tells of a challenge that Slack signed, and neither of one that is not signed nor of that of doctor', async () => {
    const { post, onChallenge } = await aRequestUrl();
    const challenge = JSON.stringify({
      type: 'url_verification',
      token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
      challenge: 'c0ffee',
    });
    expect(await post(challenge, { headers: { 'x-slack-signature': 'v0=' } })).toMatchObject({ status: 401 });
    expect(await post(JSON.stringify(ownChallenge('c0ffee')))).toMatchObject({ status: 200, text: 'c0ffee' });
    expect(onChallenge).not.toHaveBeenCalled();
    await post(challenge);
    expect(onChallenge).toHaveBeenCalledTimes(1);
  });

  it('takes the challenge of a doctor for no sign that Slack uses a secret, and says so at the next request', async () => {
    const { post, log } = await aRequestUrl({ signingSecret: `${SECRET},an-older-secret` });
    expect(await post(JSON.stringify(ownChallenge('c0ffee')))).toMatchObject({ status: 200 });
    expect(log.warn).not.toHaveBeenCalled();
    await post(form({ command: '/hi', team_id: 'T1' }), { type: FORM_TYPE });
    expect(log.warn.mock.calls).toEqual([[{ secret: 1, of: 2 }, expect.stringContaining('Slack signs with this one')]]);
  });

  it('answers ssl_check, which is not signed', async () => {
    const { post, deliveries } = await aRequestUrl();
    const headers = { 'x-slack-signature': '' };
    expect(await post(form({ ssl_check: '1', token: 'x' }), { type: FORM_TYPE, headers })).toMatchObject({
      status: 200,
    });
    expect(await post(form({ text: 'ssl_check=1' }), { type: FORM_TYPE, headers })).toMatchObject({ status: 401 });
    expect(deliveries).toEqual([]);
  });

  it.each<[string, DeliveryAnswer, object]>([
    ['a text', { kind: 'payload', payload: 'hello' }, { status: 200, text: 'hello' }],
    ['JSON', { kind: 'payload', payload: { options: [] } }, { status: 200, text: '{"options":[]}' }],
    ['503 when it is not stored', { kind: 'unavailable' }, { status: 503 }],
    ['504 when nobody answered in time', { kind: 'unanswered', reason: 'timed_out' }, { status: 504 }],
    ['500 when the listener failed', { kind: 'unanswered', reason: 'failed' }, { status: 500 }],
    ['403 when it is for another app', { kind: 'refused', reason: 'of another app' }, { status: 403 }],
  ])('answers %s', async (_name, answer, expected) => {
    const { post } = await aRequestUrl({ answer });
    const got = await post(JSON.stringify(event));
    expect(got).toMatchObject(expected);
    expect(got.headers.get('x-slack-no-retry')).toBe(answer.kind === 'refused' ? '1' : null);
  });
});

describe('what Slack does not send', () => {
  it.each([
    ['no signature', { 'x-slack-signature': '' }],
    ['no timestamp', { 'x-slack-request-timestamp': '' }],
    ['an old timestamp', signed(JSON.stringify(event), Date.now() - 400_000)],
    ['the signature of another body', signed('{}', Date.now())],
  ])('is a 401 without a reason: %s', async (_name, headers) => {
    const { post, deliveries } = await aRequestUrl();
    const answer = await post(JSON.stringify(event), { headers });
    expect(JSON.parse(answer.text)).toEqual({
      type: 'about:blank',
      title: 'The request is not signed by Slack',
      status: 401,
    });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(deliveries).toEqual([]);
  });

  it('is logged once a minute, with how often it came', async () => {
    const { post, log, clock } = await aRequestUrl();
    const headers = { 'x-slack-signature': '' };
    await post('{}', { headers });
    await post('{}', { headers });
    await post('{}', { headers });
    await clock.advance(60_000);
    await post('{}', { headers });
    expect(log.warn.mock.calls.map(([facts]) => facts)).toEqual([{ rejected: 1 }, { rejected: 3 }]);
  });

  it.each([
    ['no JSON', '{', JSON_TYPE],
    ['a list', '[]', JSON_TYPE],
    ['null', 'null', JSON_TYPE],
    ['nothing', '', JSON_TYPE],
    ['an unknown type', '{"type":"x"}', JSON_TYPE],
    ['an event without an id', '{"type":"event_callback","event":{"type":"message"}}', JSON_TYPE],
    ['a payload that is no JSON', 'payload=%7B', FORM_TYPE],
    ['a form of somebody else', 'a=b', FORM_TYPE],
  ])('is a 400: %s', async (_name, body, type) => {
    const { post, deliveries } = await aRequestUrl();
    expect(await post(body, { type })).toMatchObject({ status: 400 });
    expect(deliveries).toEqual([]);
  });

  it('is a 405: another method', async () => {
    const { post } = await aRequestUrl();
    const answer = await post('', { method: 'GET' });
    expect(answer).toMatchObject({ status: 405 });
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('is a 413: more than a megabyte, with and without its length', async () => {
    const { port, clock, deliveries, post } = await aRequestUrl();
    const body = Buffer.alloc(1_048_577, 'x');
    expect(await post(body.toString())).toMatchObject({ status: 413 });
    const headers = signed('', clock.now());
    expect(await sendInChunks(port, headers, [body, body])).toMatchObject({ status: 413 });
    expect(deliveries).toEqual([]);
  });

  it('is a 408: a body that does not arrive within 10 s', async () => {
    const { port, clock } = await aRequestUrl();
    const client = await open(port);
    client.socket.write(`${headOf({ 'content-length': 100, ...signed('', clock.now()) })}{`);
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
    await clock.advance(10_000);
    await vi.waitFor(() => expect(client.text).toContain('HTTP/1.1 408'));
    await vi.waitFor(() => expect(client.isClosed).toBe(true));
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0));
  });

  it('has no prototype to give: a form field called __proto__ is left out', async () => {
    const { post, deliveries } = await aRequestUrl();
    await post('command=%2Fstan&__proto__=x&team_id=T1', { type: FORM_TYPE });
    expect(deliveries).toEqual([{ body: { command: '/stan', team_id: 'T1' } }]);
    expect(Object.keys(deliveries[0]?.body ?? {})).toEqual(['command', 'team_id']);
  });
});

describe('a connection', () => {
  it('may bring the body in chunks', async () => {
    const { port, clock, deliveries } = await aRequestUrl();
    const raw = Buffer.from(JSON.stringify(event));
    const chunks = [raw.subarray(0, 105), raw.subarray(105)];
    const headers = { 'content-type': JSON_TYPE, ...signed(raw.toString(), clock.now()) };
    expect(await sendInChunks(port, headers, chunks)).toMatchObject({ status: 200 });
    expect(deliveries).toMatchObject([{ body: event }]);
  });

  it('may bring requests before the first is answered, and gets the answers in order', async () => {
    const answer = Promise.withResolvers<DeliveryAnswer>();
    const { port, clock, deliveries } = await aRequestUrl({ answer: answer.promise });
    const client = await open(port);
    client.socket.write(
      rawRequest(JSON.stringify(event), clock.now()) + rawRequest('{}', clock.now(), { connection: 'close' }),
    );
    await vi.waitFor(() => expect(deliveries).toHaveLength(1));
    answer.resolve({ kind: 'payload', payload: 'first' });
    await vi.waitFor(() => expect(client.isClosed).toBe(true));
    expect(client.text.match(/HTTP\/1\.1 \d+|first/g)).toEqual(['HTTP/1.1 200', 'first', 'HTTP/1.1 400']);
  });

  it('that ends before the body leaves nothing behind', async () => {
    const { port, clock, deliveries, log } = await aRequestUrl();
    const { socket } = await open(port);
    socket.write(`${headOf({ 'content-length': 100, ...signed('', clock.now()) })}{`);
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
    socket.destroy();
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0));
    expect(deliveries).toEqual([]);
    expect(log.error).not.toHaveBeenCalled();
  });

  it('that ends before the answer changes nothing about the event', async () => {
    const answer = Promise.withResolvers<DeliveryAnswer>();
    const { port, clock, deliveries, log, post } = await aRequestUrl({ answer: answer.promise });
    const { socket } = await open(port);
    socket.write(rawRequest(JSON.stringify(event), clock.now()));
    await vi.waitFor(() => expect(deliveries).toHaveLength(1));
    socket.destroy();
    answer.resolve({ kind: 'accepted' });
    expect(await post(JSON.stringify(event))).toMatchObject({ status: 200 });
    expect(log.error).not.toHaveBeenCalled();
  });
});

function rawRequest(body: string, nowMs: number, more: Record<string, string> = {}): string {
  const about = { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(body) };
  return headOf({ ...about, ...signed(body, nowMs), ...more }) + body;
}

function sendInChunks(
  port: number,
  headers: IncomingHttpHeaders,
  chunks: readonly Buffer[],
): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: '/slack/events', method: 'POST', headers };
    const request = httpRequest(options, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    request.on('error', reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}
