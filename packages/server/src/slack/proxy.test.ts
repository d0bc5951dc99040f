import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import {
  type ConnectProxy,
  type ConnectProxyOptions,
  startConnectProxy,
  testCertificate,
} from './connect-proxy.test-kit.ts';
import { isExempt } from './no-proxy.ts';
import { createProxiedEgress } from './proxy.ts';
import { createSlackFetch } from './slack-fetch.ts';
import { createCallSlack } from './web-api.ts';

afterEach(() => vi.unstubAllEnvs());

/** A Slack of one answer and an echoing socket. */
async function startPeer({ isSecure }: { isSecure: boolean }): Promise<number> {
  const answer = (_request: unknown, response: { end(text: string): void }) => response.end('{"ok":true}');
  const server = isSecure ? createHttpsServer(testCertificate, answer) : createHttpServer(answer);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    sockets.close();
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function startProxy(options?: ConnectProxyOptions): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(options);
  onTestFinished(() => proxy.close());
  return proxy;
}

function callThrough(url: string, { port, noProxy = [] }: { port: number; noProxy?: string[] }) {
  const apiUrl = `http://slack.test:${port}/api/`;
  const { fetch } = createProxiedEgress({ url, noProxy }, systemClock);
  const deps = { lookup: () => ({ pass: true }) as const, report() {}, clock: new TestClock(), random: () => 0, fetch };
  return createCallSlack(createSlackFetch({ ...deps, apiUrl }), apiUrl)('auth.test', { purpose: 'probe' });
}

it.each([true, false])('a call and a socket go through the proxy, TLS: %s', async (isSecure) => {
  if (isSecure) vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const port = await startPeer({ isSecure });
  const proxy = await startProxy({ credentials: 'ann:p%40ss' });
  // The name is known to the proxy alone.
  const way = createProxiedEgress(
    { url: proxy.url.replace('p%40ss', 'p%2540ss'), noProxy: ['example.com'] },
    systemClock,
  );
  const answer = await way.fetch(`${isSecure ? 'https' : 'http'}://slack.test:${port}/api/auth.test`, {
    method: 'POST',
  });
  expect(await answer.json()).toEqual({ ok: true });
  const url = `${isSecure ? 'wss' : 'ws'}://slack.test:${port}/socket`;
  const createConnection = way.tunnelTo(url);
  const socket = new WebSocket(url, { createConnection: createConnection as never });
  const echoed = new Promise((resolve) => socket.on('message', (data: Buffer) => resolve(data.toString())));
  socket.on('open', () => socket.send('hi'));
  expect(await echoed).toBe('hi');
  socket.terminate();
  expect(proxy.asked).toEqual([`slack.test:${port}`, `slack.test:${port}`]);
  if (!isSecure) expect(proxy.lines).toEqual(['POST /api/auth.test HTTP/1.1', 'GET /socket HTTP/1.1']);
});

it('what NO_PROXY names goes without it', async () => {
  const port = await startPeer({ isSecure: false });
  const proxy = await startProxy();
  const way = createProxiedEgress({ url: proxy.url, noProxy: ['127.0.0.0/8'] }, systemClock);
  expect((await way.fetch(`http://127.0.0.1:${port}/api/auth.test`)).status).toBe(200);
  expect(way.tunnelTo(`ws://127.0.0.1:${port}/socket`)).toBeUndefined();
  expect(proxy.asked).toEqual([]);
});

it.each<[string, ConnectProxyOptions, string]>([
  ['wants a password', { credentials: 'ann:secret' }, 'proxy_407'],
  ['does not reach it', { status: 502 }, 'proxy_502'],
])('a proxy that %s is named by its status', async (_what, options, reason) => {
  const port = await startPeer({ isSecure: false });
  const proxy = await startProxy(options);
  const answer = await callThrough(proxy.url.replace('ann:secret', 'ann:wrong'), { port });
  expect(answer).toEqual({ kind: 'failed', reason, isOverload: false });
});

it('a proxy that is not there is named by the error, without its address', async () => {
  const proxy = await startConnectProxy();
  proxy.close();
  const answer = await callThrough(proxy.url, { port: 8443 });
  expect(answer).toEqual({ kind: 'failed', reason: 'proxy_econnrefused', isOverload: false });
});

it.each<[string, number, string, boolean]>([
  ['slack.com', 443, '*', true],
  ['slack.com', 443, 'slack.com', true],
  ['SLACK.com.', 443, 'slack.COM', true],
  ['files.slack.com', 443, 'slack.com', true],
  ['files.slack.com', 443, '.slack.com', true],
  ['files.slack.com', 443, '*.slack.com', true],
  ['notslack.com', 443, 'slack.com', false],
  ['slack.com.evil.example', 443, 'slack.com', false],
  ['slack.com', 443, 'slack.com:443', true],
  ['slack.com', 8443, 'slack.com:443', false],
  ['127.0.0.1', 80, '127.0.0.1', true],
  ['127.0.0.1', 80, '127.0.0.1:80', true],
  ['10.1.2.3', 80, '10.0.0.0/8', true],
  ['11.1.2.3', 80, '10.0.0.0/8', false],
  ['1.127.0.0.1', 80, '127.0.0.1', true],
  ['[::1]', 80, '::1', true],
  ['[::1]', 80, '[::1]:80', true],
  ['[::1]', 81, '[::1]:80', false],
  ['[fd00::5]', 80, 'fd00::/8', true],
  ['slack.com', 443, '10.0.0.0/99', false],
  ['slack.com', 443, '', false],
])('%s:%i and NO_PROXY=%s: without the proxy = %s', (host, port, entry, expected) => {
  expect(isExempt(host, port, [entry])).toBe(expected);
});
