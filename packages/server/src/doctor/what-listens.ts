/**
 * Finds out what listens at an address that gave no answer of HTTP, so that a wrong address can be told in words. Sends neither a token nor
 * anything else of a request that failed.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { messageOf } from '../errors.ts';

/** `other`: it speaks neither HTTP nor TLS. */
type Listener = 'http' | 'tls' | 'ssh' | 'other';

/** Where an address is written, and of whom it should be. */
export interface AddressUse {
  /** `in --server`, `in PUBLIC_URL`. */
  where: string;
  /** Who should answer there: `a slack-bot-server`. */
  expected: string;
  /** What belongs there in place of the address of somebody else. */
  right: string;
}

/** What is wrong with an address, and how it is mended. */
export interface AddressFault {
  kind: 'certificate' | 'closed' | 'scheme' | 'stranger';
  /** As it goes on after the address: "speaks TLS, and …". */
  what: string;
  fix: string;
}

/** How long one attempt to find out may take, in milliseconds. */
const PROBE_MS = 2_000;

/** Codes of a connection to somebody who ended it, or who said what is no HTTP or no TLS. */
const STRANGE = /^(?:ECONNRESET|EPIPE|EPROTO|UND_ERR_SOCKET|HPE_\w+|ERR_SSL_[\w/]+)$/;

/** Of what undici cannot read as an answer, which has a code in some versions only. */
const NO_HTTP = 'HTTPParserError';

/** Codes of a certificate that Node does not accept. */
const CERTIFICATE = /CERT/;

/**
 * What is wrong with the address at which fetch failed; undefined where the failure says enough, or was none of the address.
 * @param thrown What fetch threw.
 */
export async function addressFault(
  address: string,
  thrown: unknown,
  use: AddressUse,
): Promise<AddressFault | undefined> {
  const { cause = thrown } = Object(thrown) as { cause?: unknown };
  const { code, name } = Object(cause) as { code?: unknown; name?: unknown };
  if (CERTIFICATE.test(String(code))) return certificateFault(cause, use);
  if (!STRANGE.test(String(code)) && name !== NO_HTTP) return undefined;
  // Why TLS was refused is the word of who refused it.
  return (await schemeFault(address, use)) ?? (String(code).startsWith('ERR_SSL') ? undefined : CLOSED);
}

const CLOSED: AddressFault = {
  kind: 'closed',
  what: 'closed the connection before its answer was there',
  fix: 'Try again; if it stays, look at the log of the server, or of the proxy before it.',
};

/** What is wrong with http:// or https:// before it, and with the port behind it; undefined when both are right. */
export async function schemeFault(
  address: string,
  { where, expected, right }: AddressUse,
): Promise<AddressFault | undefined> {
  const { protocol, host, hostname, port } = new URL(address);
  const isTls = protocol === 'https:';
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (isTls ? 443 : 80)) };
  const listener = await whatListens(place);
  if (listener === 'tls' && !isTls) {
    return {
      kind: 'scheme',
      what: 'speaks TLS, and http:// does not',
      fix: `Use https://${host} ${where}, in place of http://.`,
    };
  }
  if (listener === 'http' && isTls) {
    const fix = `Use http://${host} ${where}, in place of https://, or the https:// address of the proxy before it.`;
    return { kind: 'scheme', what: 'speaks plain HTTP, and https:// wants TLS', fix };
  }
  if (listener === 'http' || listener === 'tls' || listener === undefined) return undefined;
  const found = listener === 'ssh' ? 'an SSH server listens there' : 'what listens there speaks neither HTTP nor TLS';
  return { kind: 'stranger', what: `is not ${expected}: ${found}`, fix: `Use ${where} ${right}.` };
}

function certificateFault(cause: unknown, { where }: AddressUse): AddressFault {
  // Behind it Node advises a switch of its own.
  const [reason] = messageOf(cause).split('; ');
  return {
    kind: 'certificate',
    what: `has a certificate that is not accepted: ${reason}`,
    fix: `Use ${where} the name that the certificate is for; where your own CA signed it, name the file of the CA in NODE_EXTRA_CA_CERTS.`,
  };
}

/** Where it listens. */
interface Place {
  host: string;
  port: number;
}

/** Undefined when it cannot be told in time. */
async function whatListens(place: Place): Promise<Listener | undefined> {
  if (await speaksTls(place)) return 'tls';
  const said = await firstWords(place);
  if (said === undefined) return undefined;
  if (said.startsWith('HTTP/')) return 'http';
  return said.startsWith('SSH-') ? 'ssh' : 'other';
}

/** Whether a handshake succeeds, or is refused as only TLS does. Whose certificate it has is not asked: nothing is sent. */
async function speaksTls({ host, port }: Place): Promise<boolean> {
  const options = { host, port, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) };
  const socket = connectTls(options);
  const isTls = await untilTold<boolean>(socket, (tell) => {
    socket.once('secureConnect', () => tell(true)).once('close', () => tell(false));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => tell(REFUSED_IN_TLS.test(code ?? '')));
  });
  return isTls ?? false;
}

/** PostgreSQL refuses TLS without its own protocol in it, and is not meant by https://. */
const REFUSED_IN_TLS = /^ERR_SSL_[\w/]*_ALERT_(?!NO_APPLICATION_PROTOCOL)/;

/** The first bytes that come for a question of HTTP, `''` when it ends without any; undefined when nothing comes in time. */
async function firstWords({ host, port }: Place): Promise<string | undefined> {
  const socket = connectTcp({ host, port });
  return await untilTold<string>(socket, (tell) => {
    socket.once('connect', () => socket.write(`HEAD / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`));
    socket.once('data', (bytes) => tell(bytes.toString('latin1')));
    // Without a byte, and also of somebody who does not read what was asked; whoever never took it is not there.
    socket.once('end', () => tell(''));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => code === 'ECONNRESET' && tell(''));
  });
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
