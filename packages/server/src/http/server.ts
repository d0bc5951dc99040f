/**
 * The process's ear: one node:http server with the app behind it. What must be faster than the framework, or needs the
 * raw bytes, is put `before` it. Starts once, stops once.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { BotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';

/** A client has this long, in milliseconds, to send its headers; slower ones only hold a socket. */
const HEADERS_TIMEOUT_MS = 10_000;
/** And this long for the whole request. Slack gives up after three seconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the 60 s for which common load balancers keep an idle connection: they must be the ones to close it. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** Answers a request itself and says so, or leaves it to the app. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface HttpServerOptions {
  host: string;
  /** 0 takes a free one; `start` says which. */
  port: number;
  app: { fetch(request: Request): Response | Promise<Response> };
  /** Asked first for each request. */
  before?: RawHandler | undefined;
  clock: Clock;
}

export interface HttpServer {
  /**
   * Listens.
   * @throws BotServerError `invalid_configuration` when the address is taken, forbidden or not this machine's
   */
  start(): Promise<{ port: number; url: string }>;
  /** Takes no new request, finishes running ones, and after `graceMs` cuts what is left. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Builds the server; nothing listens before `start`. */
export function createHttpServer({ host, port, app, before, clock }: HttpServerOptions): HttpServer {
  const answerByApp = getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false });
  /** Sockets that have not sent a request yet: browsers open some in advance, and close() would wait for them. */
  const unused = new Set<Socket>();
  /** The last response of each connection: no entry of its own per request, see docs/adr/0005. */
  const responses = new Map<Socket, ServerResponse>();

  const server = createServer((request, response) => {
    unused.delete(request.socket);
    responses.set(request.socket, response);
    if (!server.listening) response.setHeader('connection', 'close');
    if (before?.(request, response)) return;
    void answerByApp(request, response);
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => {
      unused.delete(socket);
      responses.delete(socket);
    });
  });

  return {
    async start() {
      await listen(server, host, port);
      const bound = (server.address() as AddressInfo).port;
      return { port: bound, url: `http://${hostInUrl(host)}:${bound}` };
    },

    async stop({ graceMs }) {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
      for (const response of responses.values()) if (!response.writableFinished) endConnectionAfter(response, server);
      const cut = clock.after(graceMs, () => server.closeAllConnections());
      await closed;
      cut.cancel();
    },
  };
}

/** Without this a kept-alive connection would hold the server open until its idle timeout. */
function endConnectionAfter(response: ServerResponse, server: Server): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
  response.once('close', () => setImmediate(() => server.closeIdleConnections()));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(explain(error, host, port));
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): BotServerError {
  const address = `${hostInUrl(host)}:${port}`;
  const fixes: Record<string, string> = {
    EADDRINUSE: 'another program listens there; stop it or set PORT to a free port',
    EACCES: 'this user may not listen there; set PORT to 1024 or higher',
    EADDRNOTAVAIL: 'this machine does not have that address; set HOST to 0.0.0.0 or 127.0.0.1',
    ENOTFOUND: 'there is no such host; set HOST to 0.0.0.0 or 127.0.0.1',
  };
  const reason = fixes[error.code ?? ''] ?? error.message;
  return new BotServerError('invalid_configuration', `Cannot listen on ${address}: ${reason}`, {
    cause: error,
    facts: { host, port, code: error.code },
  });
}

/** IPv6 addresses stand in brackets before a port. */
function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
