/**
 * The process's ear: one node:http server with the app behind it. What must be faster than the framework, or needs the
 * raw bytes, is put `before` it. Starts once, stops once.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { BotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import { summedUp } from '../time/summed.ts';
import { connectionLimit, openFilesLimit } from './connection-limit.ts';
import { Connections } from './connections.ts';
import { closeLingering } from './lingering-close.ts';
import { cutUnlessRead } from './slow-readers.ts';
import { feedInPieces } from './small-pieces.ts';

/** A client has this long, in milliseconds, to send its headers; slower ones only hold a socket. */
const HEADERS_TIMEOUT_MS = 10_000;
/** And this long for the whole request. Slack gives up after three seconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often node:http looks for those that are over these two; by its default they hold for up to half a minute more. */
const CHECK_MS = 1_000;
/** A client that takes nothing of its answer for so long is cut, in milliseconds. */
const READ_TIMEOUT_MS = 20_000;
/** Longer than the 60 s for which common load balancers keep an idle connection: they must be the ones to close it. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** What strangers are given, in milliseconds and connections. */
export interface HttpLimits {
  /** For the headers of a request. @defaultValue 10000 */
  headersMs?: number;
  /** For taking something of an answer. @defaultValue 20000 */
  readMs?: number;
  /** @defaultValue a quarter of the files that the process may have open, at most 4096 */
  connections?: number;
}

/** Answers a request itself and says so, or leaves it to the app. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface HttpServerOptions {
  host: string;
  /** 0 takes a free one; `start` says which. */
  port: number;
  app: { fetch(request: Request, env: HttpEnv): Response | Promise<Response> };
  clock: Clock;
  log: { warn(facts: object, message: string): void };
  limits?: HttpLimits;
  /** Which settings said where to listen, for the error. @defaultValue HOST and PORT */
  settings?: { host: string; port: string };
}

/** Where a request came from, for the app. */
export interface HttpEnv {
  incoming: { socket: { remoteAddress?: string | undefined } };
}

export interface HttpServer {
  /** A request over the connection was signed by Slack: it is closed later than those of strangers. */
  vouchFor(socket: Socket): void;
  /**
   * Listens.
   * @param before Asked first for each request
   * @throws BotServerError `invalid_configuration` when the address is taken, forbidden or not this machine's
   */
  start(before?: RawHandler): Promise<{ port: number; url: string }>;
  /** Takes no new request, finishes running ones, and after `graceMs` cuts what is left. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Builds the server; nothing listens before `start`. */
export function createHttpServer(deps: HttpServerOptions): HttpServer {
  const { host, port, app, clock, log, limits = {}, settings = { host: 'HOST', port: 'PORT' } } = deps;
  const { headersMs = HEADERS_TIMEOUT_MS, readMs = READ_TIMEOUT_MS } = limits;
  const limit = limits.connections ?? connectionLimit(openFilesLimit());
  const options = { overrideGlobalObjects: false, autoCleanupIncoming: false };
  const answerByApp = getRequestListener((request, env) => app.fetch(request, env), options);
  const onClosed = summedUp<number>(clock, (times) =>
    log.warn({ limit, times }, 'too many HTTP connections: those that were idle longest are closed'),
  );
  const connections = new Connections({ limit, onClosed });
  let before: RawHandler = () => false;

  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, (request, response) => {
    if (!connections.use(request, response)) return;
    if (!server.listening) response.setHeader('connection', 'close');
    if (before(request, response)) return;
    response.once('finish', () => closeUnlessRead(request));
    cutUnlessRead(response, request.socket, { clock, readMs });
    void answerByApp(request, response);
  });
  server.headersTimeout = headersMs;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  // Nothing came and nothing was taken. Whoever waits for an answer that is still being made is not to blame.
  server.setTimeout(readMs, (socket) => {
    if (socket.writableLength > 0 || !connections.isOwed(socket)) socket.destroy();
  });
  server.on('connection', (socket) => {
    closeLingering(socket, clock);
    connections.add(socket, feedInPieces(socket));
  });

  return {
    vouchFor: (socket) => connections.vouchFor(socket),

    async start(handler) {
      if (handler) before = handler;
      await listen(server, { host, port, settings });
      const bound = (server.address() as AddressInfo).port;
      return { port: bound, url: `http://${hostInUrl(host)}:${bound}` };
    },

    async stop({ graceMs }) {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      connections.closeUnused();
      for (const response of connections.unfinished()) endConnectionAfter(response, server);
      const cut = clock.after(graceMs, () => server.closeAllConnections());
      await closed;
      cut.cancel();
    },
  };
}

/** A body that nobody asked for is not read on to its end. */
function closeUnlessRead({ complete, socket }: IncomingMessage): void {
  // None any more, whatever its type says, when reading was given up half way.
  if (!complete) (socket as Socket | null)?.destroySoon();
}

/** Without this a kept-alive connection would hold the server open until its idle timeout. */
function endConnectionAfter(response: ServerResponse, server: Server): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
  response.once('close', () => setImmediate(() => server.closeIdleConnections()));
}

interface Address extends Required<Pick<HttpServerOptions, 'host' | 'port' | 'settings'>> {}

function listen(server: Server, { host, port, settings }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(explain(error, { host, port, settings }));
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

function explain(error: NodeJS.ErrnoException, { host, port, settings }: Address): BotServerError {
  const address = `${hostInUrl(host)}:${port}`;
  const fixes: Record<string, string> = {
    EADDRINUSE: `another program listens there; stop it or set ${settings.port} to a free port`,
    EACCES: `this user may not listen there; set ${settings.port} to 1024 or higher`,
    EADDRNOTAVAIL: `this machine does not have that address; set ${settings.host} to 0.0.0.0 or 127.0.0.1`,
    ENOTFOUND: `there is no such host; set ${settings.host} to 0.0.0.0 or 127.0.0.1`,
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
