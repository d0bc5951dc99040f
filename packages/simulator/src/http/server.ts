/** A server for HTTP, or for HTTPS when it has a certificate; and the TCP connection below each of its sockets. */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { SimulatorError } from '../errors.ts';

/** A certificate and its key, in PEM form. */
export interface TlsOptions {
  cert: string | Buffer;
  key: string | Buffer;
}

/** Node's TLS sockets cannot be reset; the TCP connections that they stand on can. */
const below = new WeakMap<Duplex, Socket>();

/** @throws SimulatorError `invalid_configuration` when the certificate or the key is none */
export function plainOrSecureServer(
  tls: TlsOptions | undefined,
  options: ServerOptions,
  serve: RequestListener,
): Server {
  if (!tls) return createServer(options, serve);
  try {
    const server = createSecureServer({ ...options, cert: tls.cert, key: tls.key }, serve);
    rememberConnections(server);
    return server;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new SimulatorError('invalid_configuration', `tls needs a certificate and its key in PEM form: ${why}`, {
      cause,
    });
  }
}

/** Ends a connection with a TCP reset, also one of TLS. */
export function resetConnection(socket: Duplex): void {
  const tcp = below.get(socket) ?? socket;
  if (tcp instanceof Socket) tcp.resetAndDestroy();
  else tcp.destroy();
}

function rememberConnections(server: Server): void {
  const open = new Map<string, Socket>();
  const nameOf = ({ remoteAddress = '', remotePort = 0 }: Socket) => `${remoteAddress} ${remotePort}`;
  server.on('connection', (tcp: Socket) => {
    const name = nameOf(tcp);
    open.set(name, tcp);
    tcp.once('close', () => {
      if (open.get(name) === tcp) open.delete(name);
    });
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    const tcp = open.get(nameOf(socket));
    if (tcp) below.set(socket, tcp);
  });
  // A handshake that fails is the client's affair.
  server.on('tlsClientError', (_error: Error, socket: TLSSocket) => socket.destroy());
}
