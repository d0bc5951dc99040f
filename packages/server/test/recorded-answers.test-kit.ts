/** Records every HTTP answer of the servers under test that run in this process, whoever asked: heads and bodies. */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** An answer as it left. */
export interface RecordedAnswer {
  /** Method and path, without the query, which is the client's. */
  to: string;
  /** Its lines, the first one with the status. */
  head: string[];
  body: string;
}

type Take = (answer: RecordedAnswer) => void;

interface RequestStart {
  request: IncomingMessage;
  response: ServerResponse;
  socket: Socket;
  server: Server;
}

const takers = new Map<number, { take: Take; server?: Server }>();

/**
 * From now on each answer of the server on that port is given to `take`, until the returned function says that it has ended.
 * Once that server has answered, another one on its port is not taken for it, also where nobody said that it has ended.
 */
export function recordAnswers(port: number, take: Take): () => void {
  const taker: { take: Take; server?: Server } = { take };
  takers.set(port, taker);
  return () => {
    if (takers.get(port) === taker) takers.delete(port);
  };
}

// Whoever listens on a port now, the one before has ended: one that never answered would be taken for it otherwise.
subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  const address = (message as { server: Server }).server.address();
  if (address !== null && typeof address === 'object') takers.delete(address.port);
});

subscribe('http.server.request.start', (message) => {
  const { request, response, socket, server } = message as RequestStart;
  const taker = takers.get(socket.localPort ?? 0);
  if (!taker) return;
  taker.server ??= server;
  if (taker.server === server) record({ request, response }, taker.take);
});

function record({ request, response }: Pick<RequestStart, 'request' | 'response'>, take: Take): void {
  const chunks: Uint8Array[] = [];
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk));
    if (chunk instanceof Uint8Array) chunks.push(chunk);
  };
  const write = response.write.bind(response) as (...args: unknown[]) => boolean;
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.write = (...args: unknown[]) => (keep(args[0]), write(...args));
  response.end = (...args: unknown[]) => (keep(args[0]), end(...args));
  response.once('close', () => {
    // What is given to writeHead does not show in getHeaders, and there is no public way to it.
    const { _header: sent } = response as unknown as { _header: string | null };
    const to = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    take({ to, head: (sent ?? '').split('\r\n'), body: Buffer.concat(chunks).toString() });
  });
}
