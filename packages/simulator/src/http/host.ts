/** The name under which a client reached the simulator, so that URLs in answers lead back the same way. */
import type { IncomingMessage } from 'node:http';

/** `host:port` of the request; what the socket says when the header is absent or odd. */
export function hostOf(request: IncomingMessage): string {
  const { host } = request.headers;
  if (host !== undefined && /^[\w.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:.]+\](:\d{1,5})?$/.test(host)) return host;
  const { localAddress = '127.0.0.1', localPort = 0 } = request.socket;
  return localAddress.includes(':') ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`;
}
