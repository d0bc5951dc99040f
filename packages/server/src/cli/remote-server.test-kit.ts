/** Servers that answer otherwise than ours do, and what a command says of them. */
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { BotServerError } from '../errors.ts';
import { listTeams } from '../operations/teams/list-teams.ts';
import { systemClock } from '../time/clock.ts';
import { remoteRun } from './remote-operations.ts';

export const TOKEN = 'test-admin-token-0123456789';

/** Starts it until the test is over, and answers its address. */
export async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const http = (answer: RequestListener) => listening(createHttp(answer));

export const answering = (status: number, headers: Record<string, string>, body: string) =>
  http((_request, response) => response.writeHead(status, headers).end(body));

/** What a command says of the server at this address, without the address. */
export async function said(
  url: string,
  operation: Parameters<ReturnType<typeof remoteRun>>[0] = listTeams,
  clock = systemClock,
) {
  const run = remoteRun({ url, token: TOKEN }, clock);
  const error = await run(operation, { teamId: 'T1' }).then(
    () => expect.unreachable('it did not fail'),
    (thrown: unknown) => thrown as BotServerError,
  );
  return [error.message.replace(`The server at ${url} `, ''), error.fix] as const;
}

export const HTML = { 'content-type': 'text/html; charset=utf-8' };
export const JSON_TYPE = { 'content-type': 'application/json' };
