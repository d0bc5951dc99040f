/** Operations on a server that answers otherwise than ours do, or not at all. */
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { aCertificate } from '../doctor/certificate.test-kit.ts';
import { startHttps } from '../doctor/https.test-kit.ts';
import type { BotServerError } from '../errors.ts';
import { rotateKeys } from '../operations/keys/rotate-keys.ts';
import { deactivateTeam } from '../operations/teams/deactivate-team.ts';
import { listTeams } from '../operations/teams/list-teams.ts';
import { systemClock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import { remoteRun } from './remote-operations.ts';

const TOKEN = 'test-admin-token-0123456789';

/** Starts it until the test is over, and answers its address. */
async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const http = (answer: RequestListener) => listening(createHttp(answer));

const answering = (status: number, headers: Record<string, string>, body: string) =>
  http((_request, response) => response.writeHead(status, headers).end(body));

/** What a command says of the server at this address, without the address. */
async function said(
  url: string,
  operation: Parameters<ReturnType<typeof remoteRun>>[0] = listTeams,
  clock = systemClock,
) {
  const run = remoteRun({ url, token: TOKEN }, clock);
  const error = await run(operation, { teamId: 'T1' }).then(
    () => expect.unreachable('it did not fail'),
    (thrown: unknown) => thrown as BotServerError,
  );
  return [error.message.replace(`The server at ${url} `, ''), error.fix] as const;
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const NO_TEAMS = '{"teams":[],"next":null,"nextCursor":null}';
const ROTATED = '{"result":{"key":"k1","values":1,"resealed":0,"unreadable":[],"next":"nothing"}}';
const JSON_TYPE = { 'content-type': 'application/json' };

it.each([
  [
    200,
    HTML,
    '<!doctype html>\n<title>Log in</title>',
    '200 (text/html)',
    '<!doctype html> <title>Log in</title>',
    'That is a web page',
  ],
  [
    502,
    HTML,
    '<h1>502 Bad Gateway</h1>',
    '502 (text/html)',
    '<h1>502 Bad Gateway</h1>',
    'cannot reach the server behind it',
  ],
  [
    401,
    { 'content-type': 'text/plain' },
    'Who are you?',
    '401 (text/plain)',
    'Who are you?',
    'wants a login of its own',
  ],
  [
    404,
    {},
    'nothing here',
    '404 (no content type)',
    'nothing here',
    'Check the address in --server. The server must have ADMIN_TOKEN',
  ],
  [200, JSON_TYPE, '{"teams": [', '200 (application/json)', '{"teams": [', 'That is broken JSON'],
  [
    500,
    { 'content-type': 'application/problem+json' },
    '{"a":1}',
    '500 (application/problem+json)',
    '{"a":1}',
    'Check the address',
  ],
])(
  'tells of an answer %i %j what came in place of ours, and of whom it may be',
  async (status, headers, body, what, begin, fix) => {
    expect(await said(await answering(status, headers, body))).toEqual([
      `answered ${what}, which is not an answer of the admin API; it begins: ${begin}`,
      expect.stringContaining(fix),
    ]);
  },
);

it('tells of an empty answer that nothing came', async () => {
  const [message] = await said(await answering(204, {}, ''));
  expect(message).toBe('answered 204 (no content type), which is not an answer of the admin API; it is empty');
});

it('tells of a long answer how it begins, and of no answer the token that was sent', async () => {
  const url = await http(({ headers }, response) =>
    response.end(`${'x'.repeat(60)}${headers.authorization}${'y'.repeat(99_999)}`),
  );
  expect(await said(url)).toEqual([
    expect.stringMatching(/it begins: x{60}Bearer \[secret\]y{5}$/),
    expect.any(String),
  ]);
});

it('does not wait for the end of an answer that nobody asked for', async () => {
  const url = await http((_request, response) => void response.writeHead(200, HTML).write('z'.repeat(2_000)));
  expect(await said(url)).toEqual([expect.stringContaining('it begins: zzz'), expect.any(String)]);
});

it('follows no redirect, and names the address to which a proxy leads', async () => {
  const elsewhere = await http(({ url = '' }, response) =>
    response.writeHead(308, { location: `https://bot.test${url}` }).end(),
  );
  expect(await said(elsewhere)).toEqual([
    'answered 308, a redirect to https://bot.test',
    'If that is your server, use https://bot.test in --server.',
  ]);
  const login = await answering(302, { location: '/login?from=api' }, '');
  expect(await said(login)).toEqual([`answered 302, a redirect to ${login}`, expect.stringContaining('wants a login')]);
});

it('tells of an answer that is cut off that it is', async () => {
  const url = await http(({ socket }, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '100' }).write('{"teams": [', () => socket.destroy());
  });
  expect((await said(url))[0]).toBe('did not complete its answer');
});

it('tells who ends the waiting within an answer that the server may go on', async () => {
  const ending = new AbortController();
  const fetched = vi.spyOn(globalThis, 'fetch');
  onTestFinished(() => fetched.mockRestore());
  const url = await http((_request, response) => void response.writeHead(200, JSON_TYPE).write('{"teams": ['));
  const listed = remoteRun({ url, token: TOKEN })(listTeams, {}, { signal: ending.signal });
  await expect.poll(() => fetched.mock.settledResults[0]?.type, { interval: 5 }).toBe('fulfilled');
  ending.abort();
  await expect(listed).rejects.toMatchObject({
    code: 'interrupted',
    message: expect.stringContaining('Stopped waiting'),
  });
});

it('tells of a port of TLS that answers http:// with 400 to use https://', async () => {
  const tls = new URL(await startHttps(aCertificate('alone')));
  // As nginx does: the first byte says which it is.
  const both = createTcp((socket) => {
    socket
      .on('error', () => {})
      .once('data', (first) => {
        if (first[0] !== 0x16)
          return socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        const behind = connect(Number(tls.port), tls.hostname).on('error', () => {});
        behind.write(first);
        return socket.pipe(behind).pipe(socket);
      });
  });
  const url = await listening(both);
  expect(await said(url)).toEqual([
    'expects TLS, but the address is http://',
    `Use ${url.replace('http:', 'https:')} in --server.`,
  ]);
  const plain = await answering(400, HTML, 'what?');
  expect((await said(plain))[0]).toContain('answered 400 (text/html)');
});

it.each([
  ['what only reads', listTeams, 'teams.list', /restart it\.$/],
  ['what may have been done', deactivateTeam, 'teams.deactivate', /check whether it was done\.$/],
  ['what answers step by step', rotateKeys, 'keys.rotate', /check whether it was done\.$/],
])('gives up a server that takes connections and stays silent, of %s', async (_which, operation, name, fix) => {
  const clock = new TestClock();
  const mute = await listening(createTcp(() => {}));
  const telling = said(mute, operation as typeof listTeams, clock);
  await clock.advance(30_000);
  expect(await telling).toEqual([
    `accepts connections but does not answer; ${name} waited 30 s`,
    expect.stringMatching(fix),
  ]);
});

it('waits for as long as it takes when the server answers something else meanwhile', async () => {
  const clock = new TestClock(0, { ioPatienceMs: 30_000 });
  const asked: string[] = [];
  const finish = Promise.withResolvers<void>();
  const url = await http(({ method = '', url: path = '' }, response) => {
    asked.push(`${method} ${path}`);
    if (method === 'HEAD') return response.writeHead(404).end();
    return finish.promise.then(() => response.writeHead(200, JSON_TYPE).end(NO_TEAMS));
  });
  const listed = remoteRun({ url, token: TOKEN }, clock)(listTeams, {});
  await clock.advance(600_000);
  finish.resolve();
  await listed;
  expect(asked).toEqual(['GET /api/teams', ...Array.from({ length: 60 }, () => 'HEAD /admin')]);
});

it('ends a stepwise operation at its last line, and leaves nothing behind that fails later', async () => {
  const left = Promise.withResolvers<void>();
  const url = await http((_request, response) => {
    response.on('close', left.resolve).writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(`{"progress":{"seen":1}}\n${ROTATED}\n`);
  });
  const run = remoteRun({ url, token: TOKEN });
  expect(await run(rotateKeys, {})).toMatchObject({ values: 1 });
  // What nobody catches fails the run of the tests.
  await left.promise;
  expect(await run(rotateKeys, {})).toMatchObject({ values: 1 });
});
