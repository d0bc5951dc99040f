/** What is said of addresses at which somebody else listens, or the right one in another way. */
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { type AddressFault, addressFault } from './what-listens.ts';

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
const garbled = talking((socket) => socket.once('data', () => socket.end('-ERR unknown command\r\n')));
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

const TO_TLS = 'Use https://127.0.0.1 in --server, in place of http://.';
const TO_HTTP =
  'Use http://127.0.0.1 in --server, in place of https://, or the https:// address of the proxy before it.';

it.each([
  ['http:', 'TLS', tls, 'speaks TLS, and http:// does not', TO_TLS],
  ['https:', 'plain HTTP', http, 'speaks plain HTTP, and https:// wants TLS', TO_HTTP],
])('%s at a port of %s names the other scheme', async (scheme, _what, start, what, fix) => {
  expect(await faultAt(scheme, start)).toEqual({ kind: 'scheme', what, fix });
});

it.each([
  ['http:', 'SSH', ssh, 'an SSH server listens there'],
  ['https:', 'SSH', ssh, 'an SSH server listens there'],
  ['http:', 'a database', silent, 'what listens there speaks neither HTTP nor TLS'],
  ['https:', 'a database', silent, 'what listens there speaks neither HTTP nor TLS'],
  ['http:', 'somebody who resets', rude, 'what listens there speaks neither HTTP nor TLS'],
  ['https:', 'somebody who resets', rude, 'what listens there speaks neither HTTP nor TLS'],
  ['http:', 'a protocol of lines', garbled, 'what listens there speaks neither HTTP nor TLS'],
])('%s at a port of %s says that this is somebody else', async (scheme, _what, start, found) => {
  expect(await faultAt(scheme, start)).toEqual({
    kind: 'stranger',
    what: `is not a slack-bot-server: ${found}`,
    fix: 'Use in --server another.',
  });
});

it('http: of a server that speaks it and closes says no more than that', async () => {
  expect(await faultAt('http:', cutting)).toMatchObject({
    kind: 'closed',
    what: expect.stringContaining('closed the'),
  });
});

it('https: of a server that refuses TLS for its own reasons leaves the word to it', async () => {
  expect(await faultAt('https:', tls)).toBeUndefined();
});

it('a certificate that is not accepted says why, and no switch of Node', async () => {
  const cause = Object.assign(new Error('self-signed certificate; try running Node.js with --use-system-ca'), {
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  expect(await addressFault('https://bot.test', new TypeError('fetch failed', { cause }), USE)).toEqual({
    kind: 'certificate',
    what: 'has a certificate that is not accepted: self-signed certificate',
    fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
});

it.each(['ECONNREFUSED', 'ENOTFOUND', undefined])('a failure with the code %s says enough', async (code) => {
  const cause = Object.assign(new Error('no'), { code });
  expect(await addressFault('http://127.0.0.1:1', new TypeError('fetch failed', { cause }), USE)).toBeUndefined();
});
