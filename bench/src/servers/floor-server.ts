/** The floor: the least that a server must do with an event. node:http, the signature, JSON.parse, 200. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EventServer, noteHandled } from './event-server.ts';

const MAX_AGE_SECONDS = 300;

export async function startFloorServer({ signingSecret }: { signingSecret: string }): Promise<EventServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(Buffer.concat(chunks), { request, response, signingSecret }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  signingSecret: string;
}

function answer(body: Buffer, { request, response, signingSecret }: Exchange): void {
  const timestamp = String(request.headers['x-slack-request-timestamp']);
  const expected = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
  const given = String(request.headers['x-slack-signature']);
  const isFresh = Math.abs(Date.now() / 1_000 - Number(timestamp)) <= MAX_AGE_SECONDS;
  if (!isFresh || given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) {
    response.writeHead(401).end();
    return;
  }
  const { type } = JSON.parse(body.toString('utf8')) as { type?: string };
  if (type === 'event_callback') noteHandled();
  response.writeHead(200).end();
}
