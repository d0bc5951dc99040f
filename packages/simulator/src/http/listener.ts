/**
 * The one HTTP server: sends each request where it belongs. The Web API and sockets are served by node:http itself;
 * pages and `/_sim` by hono. An outage is met here, before anything is looked at; `/_sim` stays reachable in it.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { SimulatorError } from '../errors.ts';
import type { OriginGuard } from './origin-guard.ts';
import { serveWithBody } from './page-body.ts';
import { plainOrSecureServer, resetConnection, type TlsOptions } from './server.ts';
import { rejectUpgrade, serveWithoutUpgrade, wantsWebSocket } from './upgrade.ts';

/** The Web API: everything below `/api/`. */
export interface ApiHandler {
  serve(request: IncomingMessage, response: ServerResponse, url: SplitUrl): Promise<void>;
}

/** The URLs of files: uploads and downloads. */
export interface FileHandler {
  /** Whether a path belongs here. */
  owns(path: string): boolean;
  serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
}

/** A transport with sockets. */
export interface UpgradeHandler {
  /** Takes over an HTTP upgrade. */
  upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void;
}

/** A URL, without URL, which costs more than everything else on the way of a call. */
export interface SplitUrl {
  path: string;
  query: URLSearchParams;
}

/** What the listener sends requests to. It knows nothing of what stands behind. */
export interface ListenerOptions {
  webApi: ApiHandler;
  files: FileHandler;
  rtm: UpgradeHandler;
  socketMode: UpgradeHandler;
  /** Refuses what other sites' pages ask for. */
  guard: OriginGuard;
  /** Told of each refusal, with what was asked for and why not. */
  onRefused: (what: string, why: string) => void;
  /** How requests fail while there is an outage; undefined while there is none. */
  outage: () => '503' | 'reset' | undefined;
  /** Pages, OAuth and `/_sim`. */
  pages: Hono;
  /** Absent: plain HTTP. */
  tls: TlsOptions | undefined;
  onError(error: unknown): void;
}

/** Clients keep connections for reuse; closing them sooner than they do causes resets under their next request. */
const KEEP_ALIVE_MS = 75_000;
const NO_QUERY = new URLSearchParams();

/** Makes the server; it does not listen yet. */
export function createListener(options: ListenerOptions): Server {
  const { webApi, files, rtm, socketMode, outage, pages, guard } = options;
  const servePage = getRequestListener((request) => pages.fetch(request), { overrideGlobalObjects: false });
  const lastAnswers = new WeakMap<Duplex, ServerResponse>();
  const server = plainOrSecureServer(options.tls, { keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    lastAnswers.set(request.socket, response);
    request.url = originForm(request.url ?? '/');
    const url = splitUrl(request.url);
    const refusal = guard.refusalOf(request);
    if (refusal !== undefined) {
      options.onRefused(`${request.method} ${url.path}`, refusal);
      forbid(response, url.path, refusal);
      return;
    }
    const [isApi, isFile] = [url.path.startsWith('/api/'), files.owns(url.path)];
    if ((isApi || isFile || /^\/(oauth|openid)\//.test(url.path)) && isOut(outage(), request, response)) return;
    const servedAsPage = () =>
      isFile
        ? files.serve(request, response, url.path)
        : serveWithBody(request, response, { path: url.path, serve: () => servePage(request, response) });
    const served = isApi ? webApi.serve(request, response, url) : servedAsPage();
    Promise.resolve(served).catch((error: unknown) => {
      options.onError(error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' });
      response.end('{"ok":false,"error":"fatal_error"}');
    });
  });
  server.on('upgrade', (request: IncomingMessage, tcp: Duplex, head: Buffer) => {
    if (!wantsWebSocket(request)) {
      serveWithoutUpgrade(server, { request, tcp, head, ahead: lastAnswers.get(tcp) });
      return;
    }
    request.url = originForm(request.url ?? '/');
    const refusal = guard.refusalOf(request, { isUpgrade: true });
    const how = outage();
    if (refusal !== undefined) {
      options.onRefused(`socket ${splitUrl(request.url ?? '/').path}`, refusal);
      rejectUpgrade(tcp, '403', refusal);
    } else if (how) rejectUpgrade(tcp, how);
    else if (request.url?.startsWith('/rtm/')) rtm.upgrade(request, tcp, head);
    else if (request.url?.startsWith('/link/')) socketMode.upgrade(request, tcp, head);
    else rejectUpgrade(tcp, '404');
  });
  server.on('clientError', (_error, tcp: Duplex) => {
    if (tcp.writable) tcp.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else tcp.destroy();
  });
  return server;
}

/** @throws SimulatorError `port_in_use`, `invalid_configuration` */
export async function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (isTaken) throw new SimulatorError('port_in_use', `Port ${port} on ${host} is in use`, { cause });
    throw new SimulatorError('invalid_configuration', `Cannot listen on ${host}:${port}`, { cause });
  } finally {
    server.off('error', reject);
  }
  return server.address() as AddressInfo;
}

/** In the form that the caller reads: that of `/_sim`, of the Web API, or a sentence. */
function forbid(response: ServerResponse, path: string, message: string): void {
  const isControl = path === '/_sim' || path.startsWith('/_sim/');
  const json = isControl
    ? { error: { code: 'forbidden_origin', message } }
    : { ok: false, error: 'forbidden_origin', response_metadata: { messages: [`[ERROR] ${message}`] } };
  const isJson = isControl || path.startsWith('/api/');
  response
    .writeHead(403, {
      'content-type': isJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    .end(isJson ? JSON.stringify(json) : message);
}

function isOut(how: '503' | 'reset' | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  if (!how) return false;
  if (how === 'reset') resetConnection(request.socket);
  else
    response.writeHead(503, { 'content-type': 'text/html', connection: 'close' }).end('<h1>Service Unavailable</h1>');
  return true;
}

/** Without scheme and host, which clients behind a proxy send, and every server must take. (RFC 9112, 3.2.2) */
function originForm(target: string): string {
  const [whole, path = ''] = /^https?:\/\/[^/?#]*([^#]*)/i.exec(target) ?? [];
  if (whole === undefined) return target;
  return path.startsWith('/') ? path : `/${path}`;
}

function splitUrl(url: string): SplitUrl {
  const at = url.indexOf('?');
  return at < 0
    ? { path: url, query: NO_QUERY }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}
