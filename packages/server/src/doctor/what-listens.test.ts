/** What is said of addresses at which somebody else listens, or the right one in another way. */
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import type { AddressFault } from './address-fault.ts';
import { addressFault } from './what-listens.ts';

const USE = { where: 'in --server', expected: 'a slack-bot-server', right: 'another' };

/** Without a certificate every handshake is refused, as TLS refuses. */
const tls = () => createTls();
const http = () => createHttp((_request, response) => response.end('hello'));
const talking = (listen: (socket: Socket) => void) => () =>
  createTcp((socket) => {
    socket.on('error', () => {});
    listen(socket);
  });
const ssh = talking((socket) => {
  socket.write('SSH-2.0-OpenSSH_9.6\r\n');
  socket.once('data', () => socket.end());
});
/** As PostgreSQL does with what it does not understand. */
const silent = talking((socket) => socket.once('data', () => socket.end()));
const rude = talking((socket) => socket.once('data', () => socket.resetAndDestroy()));
/** Words in pieces: one at once, the others when what was asked has come. */
const inPieces = (first: string, ...others: string[]) =>
  talking((socket) => {
    socket.setNoDelay().write(first);
    const go = ([piece, ...rest]: string[]) => {
      if (piece === undefined) return socket.end();
      socket.write(piece);
      return setImmediate(go, rest);
    };
    socket.once('data', () => go(others));
  });
const garbled = talking((socket) => socket.once('data', () => socket.end('-ERR unknown command\r\n')));
/** Answers each TLS client with this record, and HTTP as nginx does at a port of TLS. */
const inTls = (record: Buffer) =>
  talking((socket) => {
    socket.once('data', ([first]) => socket.end(first === HANDSHAKE ? record : PLAIN_HTTP));
  });
const HANDSHAKE = 0x16;
const PLAIN_HTTP = 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
const fatal = (alert: number) => Buffer.of(0x15, 3, 3, 0, 2, 2, alert);
/** A ServerHello of TLS 1.0, as servers send it that know nothing later. */
const HELLO_OF_TLS_1_0 = Buffer.concat([
  Buffer.of(HANDSHAKE, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1),
  Buffer.alloc(32, 7),
  Buffer.of(0, 0, 0x2f, 0),
]);
/** Speaks HTTP, and closes before it answers the first one. */
const cutting = () => {
  let asked = 0;
  return createHttp((request, response) => (asked++ === 0 ? request.socket.destroy() : response.end()));
};

/** What is said after a request to it that failed. */
async function faultAt(scheme: string, start: () => Server): Promise<AddressFault | undefined> {
  const server = start().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `${scheme}//127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fault = await addressFault(url, await fetch(url).catch((error: unknown) => error), USE);
  return fault && { ...fault, fix: fault.fix.replaceAll(/:\d+/g, '') };
}

const TO_TLS = 'Use https://127.0.0.1 in --server.';
const TO_HTTP = 'Use http://127.0.0.1 in --server, or the https:// address of the proxy in front of it.';
const HTTP_IN_PIECES = inPieces('HT', 'T', 'P/', '1.1 200 OK\r\ncontent-length: 0\r\n\r\n');

it.each([
  ['http:', 'TLS', tls, 'expects TLS, but the address is http://', TO_TLS],
  ['https:', 'plain HTTP', http, 'serves plain HTTP, but the address is https://', TO_HTTP],
  ['https:', 'plain HTTP in pieces', HTTP_IN_PIECES, 'serves plain HTTP, but the address is https://', TO_HTTP],
])('%s at a port of %s names the other scheme', async (scheme, _what, start, what, fix) => {
  expect(await faultAt(scheme, start)).toEqual({ kind: 'scheme', what, fix });
});

it.each([
  ['http:', 'SSH', ssh, 'is an SSH server, not'],
  ['https:', 'SSH', ssh, 'is an SSH server, not'],
  ['http:', 'SSH that speaks in pieces', inPieces('S', 'SH', '-2.0-OpenSSH_9.6\r\n'), 'is an SSH server, not'],
  ['https:', 'SSH that speaks in pieces', inPieces('S', 'SH', '-2.0-OpenSSH_9.6\r\n'), 'is an SSH server, not'],
  ['http:', 'somebody who stops within the word', inPieces('H', 'TT'), 'speaks neither HTTP nor TLS, so it is not'],
  ['https:', 'somebody who stops within the word', inPieces('H', 'TT'), 'speaks neither HTTP nor TLS, so it is not'],
  ['http:', 'a database', silent, 'speaks neither HTTP nor TLS, so it is not'],
  ['https:', 'a database', silent, 'speaks neither HTTP nor TLS, so it is not'],
  ['http:', 'somebody who resets', rude, 'speaks neither HTTP nor TLS, so it is not'],
  ['https:', 'somebody who resets', rude, 'speaks neither HTTP nor TLS, so it is not'],
  ['http:', 'a protocol of lines', garbled, 'speaks neither HTTP nor TLS, so it is not'],
])('%s at a port of %s says that this is somebody else', async (scheme, _what, start, found) => {
  expect(await faultAt(scheme, start)).toEqual({
    kind: 'stranger',
    what: `${found} a slack-bot-server`,
    fix: 'Use another in --server.',
  });
});

const OLDER_TLS = {
  kind: 'handshake',
  what: 'speaks only a TLS version that is too old for this command',
  fix: 'Let that server, or the proxy in front of it, speak TLS 1.2 or later.',
};
const refusing = (reason: string) => ({
  kind: 'handshake',
  what: `refuses the TLS handshake: ${reason}`,
  fix: expect.stringContaining('Look in the log of that server'),
});
// Numbers of https://www.iana.org/assignments/tls-parameters. OpenSSL calls the last six by names without "alert".
it.each([
  [40, refusing('ssl/tls alert handshake failure')],
  [70, OLDER_TLS],
  [80, refusing('tlsv1 alert internal error')],
  [116, { kind: 'client-certificate' }],
  [110, refusing('tlsv1 unsupported extension')],
  [111, refusing('tlsv1 certificate unobtainable')],
  [
    112,
    {
      kind: 'certificate',
      what: 'has no certificate for 127.0.0.1',
      fix: 'Use a name that it has a certificate for in --server, or install a certificate for 127.0.0.1.',
    },
  ],
  [113, refusing('tlsv1 bad certificate status response')],
  [114, refusing('tlsv1 bad certificate hash value')],
])('https: of a server that ends each handshake with alert %i is never told to do without TLS', async (alert, said) => {
  expect(await faultAt('https:', inTls(fatal(alert)))).toMatchObject(said);
});

it('https: of a server that chooses a TLS version that is too old says so', async () => {
  expect(await faultAt('https:', inTls(HELLO_OF_TLS_1_0))).toEqual(OLDER_TLS);
});

it('https: of a server whose TLS breaks off says how, and not that it speaks plain HTTP', async () => {
  expect(await faultAt('https:', inTls(Buffer.of(0x17, 3, 3, 0, 1, 0)))).toEqual({
    kind: 'handshake',
    what: 'fails the TLS handshake: unexpected message',
    fix: 'Look in the log of that server, or of the proxy in front of it.',
  });
});

it('http: at a port of TLS that has no certificate for the name names the other scheme', async () => {
  const silentOnHttp = talking((socket) => {
    socket.once('data', ([first]) => (first === HANDSHAKE ? socket.end(fatal(112)) : socket.end()));
  });
  expect(await faultAt('http:', silentOnHttp)).toMatchObject({ kind: 'scheme', fix: TO_TLS });
});

it('http: of a server that speaks it and closes says no more than that', async () => {
  expect(await faultAt('http:', cutting)).toMatchObject({
    kind: 'closed',
    what: 'closed the connection before answering',
  });
});

it.each(['ECONNREFUSED', 'ENOTFOUND', undefined])('a failure with the code %s says enough', async (code) => {
  const cause = Object.assign(new Error('no'), { code });
  expect(await addressFault('http://127.0.0.1:1', new TypeError('fetch failed', { cause }), USE)).toBeUndefined();
});
