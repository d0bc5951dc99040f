/**
 * Finds out what listens at an address that gave no answer of HTTP, so that a wrong address can be told in words. Sends neither a token nor
 * anything else of a request that failed.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { AddressFault, AddressUse } from './address-fault.ts';
import { certificateFault, isSpokenInTls, refusalFault } from './tls-fault.ts';

/** `other`: it speaks neither HTTP nor TLS. */
type Listener = 'http' | 'tls' | 'ssh' | 'other';

/** How long one attempt to find out may take, in milliseconds. */
const PROBE_MS = 2_000;

/** Codes of a connection to somebody who ended it, or who said what is no HTTP or no TLS. */
const STRANGE = /^(?:ECONNRESET|EPIPE|EPROTO|UND_ERR_SOCKET|HPE_\w+|ERR_SSL_[\w/]+)$/;

/** Of what undici cannot read as an answer, which has a code in some versions only. */
const NO_HTTP = 'HTTPParserError';

/**
 * What is wrong with the address at which fetch failed; undefined where the failure says enough, or was none of the address.
 * @param address As it is written where it is used, without what is put behind it.
 * @param thrown What fetch threw.
 */
export async function addressFault(
  address: string,
  thrown: unknown,
  use: AddressUse,
): Promise<AddressFault | undefined> {
  const { cause = thrown } = Object(thrown) as { cause?: unknown };
  const { code, name } = Object(cause) as { code?: unknown; name?: unknown };
  const untrusted = certificateFault(address, cause, use);
  if (untrusted) return untrusted;
  if (!STRANGE.test(String(code)) && name !== NO_HTTP) return undefined;
  return (await schemeFault(address, use)) ?? (await closedFault(address, cause, use));
}

/** Of a right address at which somebody ends the connection. */
async function closedFault(address: string, cause: unknown, use: AddressUse): Promise<AddressFault | undefined> {
  const { code } = Object(cause) as { code?: unknown };
  // What else TLS fails by is said by whoever gave it up.
  if (String(code).startsWith('ERR_SSL')) return refusalFault(address, cause, use);
  // TLS 1.3 refuses a client without a certificate after the handshake: the request may meet the end of the connection before the reason.
  const later = new URL(address).protocol === 'https:' ? await refusalOf(placeOf(address)) : undefined;
  return (later && refusalFault(address, later, use)) ?? CLOSED;
}

const CLOSED: AddressFault = {
  kind: 'closed',
  what: 'closed the connection before answering',
  fix: 'Try again. If it happens again, look in the log of the server, or of the proxy in front of it.',
};

/** What is wrong with http:// or https:// before it, and with the port behind it; undefined when both are right. */
export async function schemeFault(
  address: string,
  { where, expected, right }: AddressUse,
): Promise<AddressFault | undefined> {
  const isTls = new URL(address).protocol === 'https:';
  const listener = await whatListens(placeOf(address));
  if (listener === 'tls' && !isTls) {
    const what = 'expects TLS, but the address is http://';
    return { kind: 'scheme', what, fix: `Use ${address.replace(/^http:/i, 'https:')} ${where}.` };
  }
  if (listener === 'http' && isTls) {
    const what = 'serves plain HTTP, but the address is https://';
    const fix = `Use ${address.replace(/^https:/i, 'http:')} ${where}, or the https:// address of the proxy in front of it.`;
    return { kind: 'scheme', what, fix };
  }
  if (listener === 'http' || listener === 'tls' || listener === undefined) return undefined;
  const found = listener === 'ssh' ? 'is an SSH server, not' : 'speaks neither HTTP nor TLS, so it is not';
  return { kind: 'stranger', what: `${found} ${expected}`, fix: `Use ${right} ${where}.` };
}

/** Where it listens. */
interface Place {
  host: string;
  port: number;
}

function placeOf(address: string): Place {
  const { protocol, hostname, port } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}

/** Undefined when it cannot be told in time. */
async function whatListens(place: Place): Promise<Listener | undefined> {
  if (await speaksTls(place)) return 'tls';
  const said = await firstWords(place);
  if (said === undefined) return undefined;
  return SPOKEN.find(([, begin]) => said.startsWith(begin))?.[0] ?? 'other';
}

/** How the first words of a protocol begin. */
const SPOKEN = [
  ['http', 'HTTP/'],
  ['ssh', 'SSH-'],
] as const;

/** Whether a handshake succeeds, or fails with somebody who speaks TLS. */
async function speaksTls(place: Place): Promise<boolean> {
  const socket = connectTls(optionsOf(place));
  const isTls = await untilTold<boolean>(socket, (tell) => {
    socket.once('secureConnect', () => tell(true)).once('close', () => tell(false));
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => tell(isSpokenInTls(code) && code !== OTHER_PROTOCOL));
  });
  return isTls ?? false;
}

/** PostgreSQL refuses TLS without its own protocol in it, and is not meant by https://. */
const OTHER_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

/** With what TLS ends a connection of which nothing is asked; undefined when it does not end. */
async function refusalOf(place: Place): Promise<Error | undefined> {
  const socket = connectTls(optionsOf(place));
  return await untilTold<Error>(socket, (tell) => void socket.on('error', tell).resume());
}

/** Whose certificate it has is not asked: nothing is sent. */
function optionsOf({ host, port }: Place): ConnectionOptions {
  return { host, port, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) };
}

/** What comes first for a question of HTTP, `''` when it ends without any; undefined when nothing comes in time. */
async function firstWords({ host, port }: Place): Promise<string | undefined> {
  const socket = connectTcp({ host, port });
  let said = '';
  const told = await untilTold<string>(socket, (tell) => {
    socket.once('connect', () => socket.write(`HEAD / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`));
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      // Words may come in any pieces.
      if (!SPOKEN.some(([, begin]) => said.length < begin.length && begin.startsWith(said))) tell(said);
    });
    // Without a byte, and also of somebody who does not read what was asked; whoever never took it is not there.
    socket.once('end', () => tell(said));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => code === 'ECONNRESET' && tell(said));
  });
  return told ?? (said === '' ? undefined : said);
}

/** What is told of the socket; undefined when that takes too long or nobody is there. The socket is gone then. */
async function untilTold<Told>(
  socket: Socket,
  listen: (tell: (told: Told) => void) => void,
): Promise<Told | undefined> {
  const { promise, resolve } = Promise.withResolvers<Told | undefined>();
  const limit = AbortSignal.timeout(PROBE_MS);
  limit.addEventListener('abort', () => resolve(undefined));
  listen(resolve);
  socket.once('close', () => resolve(undefined));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
