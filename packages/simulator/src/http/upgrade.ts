/**
 * HTTP upgrades: which are asked for and which are not taken. A server may ignore an `Upgrade` that it does not know (RFC 9110,
 * 7.8), and must for clients such as Java's, which offer `h2c` with every first request. node:http hands over all of them.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { resetConnection } from './server.ts';

const REASONS = { '403': 'Forbidden', '404': 'Not Found', '503': 'Service Unavailable' } as const;

/** Answers with a status and ends the connection, or resets it without an answer. */
export function rejectUpgrade(tcp: Duplex, how: keyof typeof REASONS | 'reset', message = ''): void {
  tcp.on('error', () => {});
  if (how !== 'reset') {
    const type = message === '' ? '' : 'Content-Type: text/plain; charset=utf-8\r\n';
    const length = Buffer.byteLength(message);
    tcp.end(
      `HTTP/1.1 ${how} ${REASONS[how]}\r\nConnection: close\r\n${type}Content-Length: ${length}\r\n\r\n${message}`,
    );
  } else resetConnection(tcp);
}

/** Whether a request wants a WebSocket, and not some other protocol. */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Has a server read a request once more without its offer to upgrade, and then whatever follows on that connection.
 * @param ahead The answer to the request before it on the same connection: answers keep their order.
 */
export function serveWithoutUpgrade(
  server: Server,
  {
    request,
    tcp,
    head,
    ahead,
  }: { request: IncomingMessage; tcp: Duplex; head: Buffer; ahead?: ServerResponse | undefined },
): void {
  if (ahead && !ahead.writableFinished) {
    ahead.once('close', () => serveWithoutUpgrade(server, { request, tcp, head }));
    return;
  }
  if (tcp.destroyed) return;
  tcp.unshift(Buffer.concat([headWithoutUpgrade(request), head]));
  server.emit(tcp instanceof TLSSocket ? 'secureConnection' : 'connection', tcp);
}

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (/^upgrade$/i.test(name)) continue;
    const kept = /^connection$/i.test(name) ? tokensOf(value).filter((token) => !/^upgrade$/i.test(token)) : [value];
    if (kept.length > 0) lines.push(`${name}: ${kept.join(', ')}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function tokensOf(header: string): string[] {
  return header.split(',').map((token) => token.trim());
}
