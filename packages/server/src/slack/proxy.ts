/**
 * The way out through an HTTP proxy, for API calls and sockets alike: a tunnel by CONNECT for https, wss, http and ws. Only
 * NO_PROXY says what goes without it, this machine's own addresses included. What the proxy is called, and with which
 * password, stands in no error.
 */
import { isIP, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Clock } from '../time/clock.ts';
import { createGuardedFetch, type GuardedFetch } from './guarded-fetch.ts';
import { isExempt } from './no-proxy.ts';

export interface ProxySettings {
  /** http:// or https://, with user and password if it asks for them. */
  url: string;
  /** As in NO_PROXY; see no-proxy.ts. */
  noProxy: readonly string[];
}

/** What `http.request` takes as createConnection. */
export type CreateConnection = (options: object, onConnected: (error: Error | null, socket?: Socket) => void) => void;

/** Everything that leaves for Slack. */
export interface Egress {
  fetch: GuardedFetch;
  /** How to connect a socket to that URL; undefined = directly. */
  tunnelTo: (url: string) => CreateConnection | undefined;
}

interface Proxy {
  proxy: URL;
  clock: Pick<Clock, 'after'>;
}

interface Target {
  host: string;
  port: number;
  isSecure: boolean;
}

/** From the connect to the proxy's answer, in milliseconds; as for an attempt of a call. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The way of a configuration; undefined without a proxy. */
export function createEgress(
  { httpsProxy: url, noProxy }: { httpsProxy?: string | undefined; noProxy: readonly string[] },
  clock: Pick<Clock, 'after'>,
): Egress | undefined {
  return url === undefined ? undefined : createProxiedEgress({ url, noProxy }, clock);
}

/** The way through a proxy. */
export function createProxiedEgress({ url, noProxy }: ProxySettings, clock: Pick<Clock, 'after'>): Egress {
  const through = { proxy: new URL(url), clock };
  const isDirect = ({ host, port }: Target) => isExempt(host, port, noProxy);
  let dispatcher: Promise<unknown> | undefined;
  return {
    // Loaded when it is needed: most servers have no proxy.
    fetch: createGuardedFetch(() => (dispatcher ??= createDispatcher(through, isDirect))),
    tunnelTo(address) {
      const target = targetOf(new URL(address));
      if (isDirect(target)) return undefined;
      return (_options, onConnected) => {
        const connected = openTunnel(through, target).then((socket) =>
          target.isSecure ? secured(socket, target) : socket,
        );
        connected.then(
          (socket) => onConnected(null, socket),
          (error: Error) => onConnected(error),
        );
      };
    },
  };
}

/** undici's own pool, with our tunnel beneath it: its ProxyAgent knows nothing of sockets, and NO_PROXY would be read twice. */
async function createDispatcher(through: Proxy, isDirect: (target: Target) => boolean): Promise<unknown> {
  const { Agent, buildConnector } = await import('undici');
  const connectDirectly = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  return new Agent({
    connect(options, onConnected) {
      const target = targetOf(new URL(`${options.protocol}//${options.hostname}:${options.port || ''}`));
      if (isDirect(target)) return connectDirectly(options, onConnected);
      const onTunnel = (socket: Socket) => {
        if (!target.isSecure) return onConnected(null, socket);
        const servername = options.servername ?? nameOf(target.host);
        return connectDirectly({ ...options, servername, httpSocket: socket }, onConnected);
      };
      openTunnel(through, target).then(onTunnel, (error: Error) => onConnected(error, null));
    },
  });
}

function targetOf({ protocol, hostname, port }: URL): Target {
  const isSecure = protocol === 'https:' || protocol === 'wss:';
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (isSecure ? 443 : 80)), isSecure };
}

async function openTunnel({ proxy, clock }: Proxy, { host, port }: Target): Promise<Socket> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const isSecure = proxy.protocol === 'https:';
  // Loaded when they are needed: with node:http comes all of Node's fetch, which takes longer to load than most commands run.
  const http = isSecure ? await import('node:https') : await import('node:http');
  return await new Promise((resolve, reject) => {
    const request = http.request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (isSecure ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...authorizationOf(proxy) },
      agent: false,
    });
    request.once('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      timer.cancel();
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        return reject(proxyError(String(statusCode)));
      }
      if (head.length > 0) socket.unshift(head);
      return resolve(socket);
    });
    request.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code?.startsWith('PROXY_') ? error : proxyError(error.code ?? 'FAILED'));
    });
    request.once('close', () => timer.cancel());
    const timer = clock.after(CONNECT_TIMEOUT_MS, () => request.destroy(proxyError('TIMEOUT')));
    request.end();
  });
}

function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** A code says all: texts of errors of sockets hold addresses. */
function proxyError(code: string): Error {
  return Object.assign(new Error(`the proxy did not connect: ${code}`), { code: `PROXY_${code}` });
}

function secured(socket: Socket, { host }: Target): Socket {
  return tlsConnect({ socket, servername: nameOf(host), ALPNProtocols: ['http/1.1'] });
}

/** TLS names no addresses. */
function nameOf(host: string): string {
  return isIP(host) === 0 ? host : '';
}
