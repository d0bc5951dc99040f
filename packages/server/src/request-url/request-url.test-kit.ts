/** A request URL behind the real HTTP server, and clients that speak to it byte by byte. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { createHttpServer, type HttpLimits } from '../http/server.ts';
import type { Delivery, DeliveryAnswer } from '../slack/delivery/delivery.ts';
import { TestClock } from '../time/test-clock.ts';
import { createRequestUrl } from './request-url.ts';

export const SECRET = 'the-signing-secret';
export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

export interface RequestUrlSetup {
  answer?: DeliveryAnswer | Promise<DeliveryAnswer>;
  limits?: HttpLimits;
  /** @defaultValue SECRET */
  signingSecret?: string;
}

export async function aRequestUrl({
  answer = { kind: 'accepted' },
  limits = {},
  signingSecret = SECRET,
}: RequestUrlSetup = {}) {
  const clock = new TestClock();
  const deliveries: Delivery[] = [];
  const log = { warn: vi.fn(), error: vi.fn() };
  const receiver = { receive: (delivery: Delivery) => (deliveries.push(delivery), Promise.resolve(answer)) };
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    app: { fetch: () => new Response('not mine', { status: 404 }) },
    clock,
    log,
    limits,
  });
  const onChallenge = vi.fn();
  const requestUrl = createRequestUrl({
    signingSecret,
    receiver,
    onSigned: (socket) => server.vouchFor(socket),
    onChallenge,
    clock,
    log,
  });
  const { port } = await server.start(requestUrl);
  onTestFinished(() => server.stop({ graceMs: 0 }));
  return { clock, deliveries, log, onChallenge, port, post: poster(port, clock) };
}

interface Post {
  type?: string;
  headers?: Record<string, string>;
  path?: string;
  method?: string;
}

/** Posts a signed body; headers given replace the right ones. */
function poster(port: number, clock: TestClock) {
  return async (
    body: string,
    { type = JSON_TYPE, headers = {}, path = '/slack/events', method = 'POST' }: Post = {},
  ) => {
    const all = { 'content-type': type, ...signed(body, clock.now()), ...headers };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: all,
      ...(method === 'POST' && { body }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
}

export function signed(body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const digest = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
}

/** Headers of a request as they go over the wire, with an empty line behind them. */
export function headOf(headers: Record<string, string | number>): string {
  const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /slack/events HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** A connection with what came over it so far. */
export async function open(port: number, { localAddress = '127.0.0.1' } = {}) {
  const socket: Socket = connect({ port, host: '127.0.0.1', localAddress });
  const state = { socket, text: '', isClosed: false };
  socket.on('data', (chunk) => {
    state.text += String(chunk);
  });
  // A reset is one of the ways in which the server may close it.
  socket.on('error', () => {});
  socket.on('close', () => {
    state.isClosed = true;
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return state;
}
