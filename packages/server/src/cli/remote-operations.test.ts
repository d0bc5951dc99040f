/** Operations on a server that answers otherwise than ours do, or not at all. */
import type { ServerResponse } from 'node:http';
import { connect, createServer as createTcp } from 'node:net';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { expect, it, onTestFinished, vi } from 'vitest';
import { aCertificate } from '../doctor/certificate.test-kit.ts';
import { startHttps } from '../doctor/https.test-kit.ts';
import { rotateKeys } from '../operations/keys/rotate-keys.ts';
import { deactivateTeam } from '../operations/teams/deactivate-team.ts';
import { listTeams } from '../operations/teams/list-teams.ts';
import { TestClock } from '../time/test-clock.ts';
import { remoteRun } from './remote-operations.ts';
import { answering, HTML, http, JSON_TYPE, listening, said, TOKEN } from './remote-server.test-kit.ts';

const NO_TEAMS = '{"teams":[],"next":null,"nextCursor":null}';
const LINES_TYPE = { 'content-type': 'application/x-ndjson' };
const ROTATED = '{"result":{"key":"k1","values":1,"resealed":0,"unreadable":[],"next":"nothing"}}';

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

it.each([
  [
    deactivateTeam,
    'Look in the log of the server, or of the proxy in front of it. Before you run teams.deactivate again',
  ],
  [rotateKeys, 'Look in the log of the server, or of the proxy in front of it. Before you run keys.rotate again'],
  [listTeams, 'Try again.'],
])('tells of $name that was sent and not answered what to do first', async (operation, fix) => {
  const url = await http(({ method, socket }, response) =>
    // As the server does that runs again.
    method === 'HEAD' ? response.end() : socket.destroy(),
  );
  expect(await said(url, operation as typeof listTeams)).toEqual([
    'closed the connection before answering',
    expect.stringContaining(fix),
  ]);
});

it('tells of what was sent that it may be done where now every connection is ended', async () => {
  const url = await http(({ socket }) => socket.destroy());
  const [what, fix] = await said(url, deactivateTeam as never);
  expect([what, fix]).toEqual([
    expect.stringContaining('speaks neither HTTP nor TLS'),
    expect.stringMatching(/^Use the address of .* Before you run teams\.deactivate again/),
  ]);
});

it('does not say that an operation may be done which nobody took', async () => {
  const tls = await startHttps(aCertificate('alone'));
  for (const url of ['http://127.0.0.1:9', tls.replace('https:', 'http:'), tls])
    expect((await said(url, deactivateTeam as never))[1]).not.toContain('Before you run');
});

it('tells of a proxy that waited in vain that the operation may be done', async () => {
  const url = await answering(504, HTML, '<h1>Gateway Timeout</h1>');
  expect((await said(url, deactivateTeam as never))[1]).toMatch(
    /^A proxy answered .* Before you run teams\.deactivate again, check whether it was done\.$/,
  );
  expect((await said(url))[1]).not.toContain('Before you run');
});

it('does not give up a server that tells of its steps and answers nothing else meanwhile', async () => {
  const clock = new TestClock(0, { ioPatienceMs: 5 });
  const answer = Promise.withResolvers<ServerResponse>();
  const url = await http(({ method }, response) => {
    // One at a time, as some proxies do.
    if (method === 'POST') answer.resolve(response.writeHead(200, LINES_TYPE));
  });
  const told: number[] = [];
  const onProgress = ({ seen }: { seen: number }) => void told.push(seen);
  const rotated = remoteRun({ url, token: TOKEN }, clock)(rotateKeys, {}, { onProgress });
  const response = await answer.promise;
  for (let seen = 1; seen <= 5; seen++) {
    response.write(`{"progress":{"seen":${seen}}}\n`);
    await expect.poll(() => told, { interval: 1 }).toContain(seen);
    await clock.advance(25_000);
  }
  response.end(`${ROTATED}\n`);
  expect(await rotated).toMatchObject({ values: 1 });
});

it('gives up a server that tells of no more steps, half a minute after the last', async () => {
  const clock = new TestClock(0, { ioPatienceMs: 5 });
  const answer = Promise.withResolvers<ServerResponse>();
  const url = await http(({ method }, response) => {
    if (method === 'POST') answer.resolve(response.writeHead(200, LINES_TYPE));
  });
  const step = Promise.withResolvers<void>();
  const rotated = remoteRun({ url, token: TOKEN }, clock)(rotateKeys, {}, { onProgress: () => step.resolve() });
  const failed = expect(rotated).rejects.toThrow('keys.rotate waited 35 s');
  const response = await answer.promise;
  await clock.advance(5_000);
  response.write('{"progress":{"seen":1}}\n');
  await step.promise;
  await clock.advance(30_000);
  await failed;
});

it.each([
  {
    when: 'begins',
    operation: listTeams,
    begin: () => {},
    end: (response: ServerResponse) => response.writeHead(200, JSON_TYPE).end(NO_TEAMS),
  },
  {
    when: 'goes on',
    operation: rotateKeys,
    begin: (response: ServerResponse) => response.writeHead(200, LINES_TYPE).write('{"progress":{"seen":1}}\n'),
    end: (response: ServerResponse) => response.end(`${ROTATED}\n`),
  },
])('waits for an answer that $when later than fetch waits by itself', async ({ operation, begin, end }) => {
  const before = getGlobalDispatcher();
  setGlobalDispatcher(new Agent({ headersTimeout: 10, bodyTimeout: 10 }));
  onTestFinished(() => setGlobalDispatcher(before));
  const waiting: ServerResponse[] = [];
  const url = await http((_request, response) => {
    waiting.push(response);
    begin(response);
  });
  const answered = remoteRun({ url, token: TOKEN })(operation as typeof listTeams, {});
  await expect.poll(() => waiting, { interval: 1 }).toHaveLength(1);
  // Begun later, and given up.
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  waiting.map(end);
  await answered;
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
    response.on('close', left.resolve).writeHead(200, LINES_TYPE);
    response.write(`{"progress":{"seen":1}}\n${ROTATED}\n`);
  });
  const run = remoteRun({ url, token: TOKEN });
  expect(await run(rotateKeys, {})).toMatchObject({ values: 1 });
  // What nobody catches fails the run of the tests.
  await left.promise;
  expect(await run(rotateKeys, {})).toMatchObject({ values: 1 });
});
