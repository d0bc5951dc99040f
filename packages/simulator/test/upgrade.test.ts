/** Offers to leave HTTP/1.1: only a WebSocket is taken; and the forms of a request's first line. Raw sockets, because clients hide what they send. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectSecurely } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { installedSimulator } from './support/slack.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures/tls', name), 'utf8');
const cert = fixture('cert.pem');

/** What Java's HttpClient adds to its first request. */
const H2C = [
  'Connection: Upgrade, HTTP2-Settings',
  'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
  'Upgrade: h2c',
];

const transports = { http: undefined, https: { cert, key: fixture('key.pem') } };

async function aConnection(tls?: { cert: string; key: string }) {
  const slack = await installedSimulator(tls ? { tls } : {});
  onTestFinished(() => slack.stop());
  const port = Number(new URL(slack.url).port);
  const socket: Socket = tls
    ? connectSecurely({ port, host: '127.0.0.1', ca: tls.cert, servername: 'localhost' })
    : connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, tls ? 'secureConnect' : 'connect');
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  const request = (line: string, headers: string[] = [], body = '') =>
    socket.write(
      [line, 'Host: localhost', ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'),
    );
  /** What came so far, once it has so many answers. */
  const answers = async (count: number) => {
    await expect.poll(() => text.match(/HTTP\/1\.1 \d/g)?.length ?? 0, { timeout: 5_000, interval: 5 }).toBe(count);
    return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  };
  return { slack, socket, request, answers, text: () => text };
}

describe.each(Object.entries(transports))('over %s', (_name, tls) => {
  it('a call that offers h2c is answered as if it had not, with its body', async () => {
    const { slack, request, answers, text } = await aConnection(tls);
    const auth = `Authorization: Bearer ${slack.acme.botToken}`;
    request('POST /api/api.test HTTP/1.1', [auth, 'Content-Type: application/json', ...H2C], '{"foo":"bär"}');
    expect(await answers(1)).toEqual([200]);
    await expect.poll(text).toContain('"args":{"foo":"bär"');
    expect(text()).not.toMatch(/^upgrade:|HTTP\/1\.1 101/im);
  });

  it('the connection goes on: one offer after the other, and one without', async () => {
    const { request, answers } = await aConnection(tls);
    request('POST /api/api.test HTTP/1.1', H2C);
    await answers(1);
    request('GET /_sim HTTP/1.1', ['Connection: upgrade', 'Upgrade: TLS/1.0, h2c']);
    await answers(2);
    request('GET /nothing HTTP/1.1');
    expect(await answers(3)).toEqual([200, 200, 404]);
  });

  it('answers keep their order when an offer is sent behind a request that is not answered yet', async () => {
    const { request, answers } = await aConnection(tls);
    request('GET /nothing HTTP/1.1');
    request('POST /api/api.test HTTP/1.1', H2C);
    request('GET /nothing HTTP/1.1');
    expect(await answers(3)).toEqual([404, 200, 404]);
  });
});

describe('over http', () => {
  it('a request with a whole URL in its first line is served like one without', async () => {
    const { slack, request, answers, text } = await aConnection();
    request(`GET ${slack.url}/api/api.test?foo=1 HTTP/1.1`);
    request(`GET ${slack.url} HTTP/1.1`);
    request(`GET ${slack.url}/_sim?x=http://a.example HTTP/1.1`);
    expect(await answers(3)).toEqual([200, 200, 200]);
    expect(text()).toContain('"args":{"foo":"1"}');
  });

  it('a request in two packets and in chunks is whole', async () => {
    const { socket, answers, text } = await aConnection();
    socket.write(['POST /api/api.test HTTP/1.1', 'Host: localhost', ...H2C, ''].join('\r\n'));
    socket.write('Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n');
    socket.write('4\r\n"b"}\r\n0\r\n\r\n');
    expect(await answers(1)).toEqual([200]);
    await expect.poll(text).toContain('"args":{"a":"b"');
  });

  it('closes when the client says so beside its offer', async () => {
    const { socket, request, answers } = await aConnection();
    request('POST /api/api.test HTTP/1.1', ['Connection: close, Upgrade', 'Upgrade: h2c']);
    const ended = once(socket, 'end');
    expect(await answers(1)).toEqual([200]);
    await ended;
  });

  it('half an offer is none', async () => {
    const { request, answers } = await aConnection();
    request('POST /api/api.test HTTP/1.1', ['Connection: upgrade']);
    await answers(1);
    request('POST /api/api.test HTTP/1.1', ['Upgrade: websocket']);
    expect(await answers(2)).toEqual([200, 200]);
  });

  it('the page of another site gets no further by an offer', async () => {
    const { slack, request, answers } = await aConnection();
    request('POST /_sim/say HTTP/1.1', ['Origin: https://evil.example', ...H2C], '{}');
    expect(await answers(1)).toEqual([403]);
    expect((await slack.control.status()).url).toBe(slack.url);
  });

  it('a WebSocket is opened where there are some, and nowhere else', async () => {
    const { request, answers } = await aConnection();
    const offer = [
      'Connection: Upgrade',
      'Upgrade: WebSocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
    ];
    request('GET /rtm/nothing HTTP/1.1', offer);
    expect(await answers(1)).toEqual([101]);
    const elsewhere = await aConnection();
    elsewhere.request('GET /api/api.test HTTP/1.1', offer);
    expect(await elsewhere.answers(1)).toEqual([404]);
  });

  it('HTTP/2 without asking is refused with a status that HTTP/1.1 has', async () => {
    const { socket, answers } = await aConnection();
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    expect(await answers(1)).toEqual([400]);
  });
});
