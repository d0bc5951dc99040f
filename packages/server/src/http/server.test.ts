import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import { connectionLimit, openFilesLimit } from './connection-limit.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions, type RawHandler } from './server.ts';

const log = { warn: vi.fn() };
const started: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop({ graceMs: 0 })));
});

async function aServer({ before, ...options }: Partial<HttpServerOptions> & { before?: RawHandler } = {}) {
  const app = new Hono().get('/', (context) => context.text('hello'));
  const server = createHttpServer({ host: '127.0.0.1', port: 0, app, clock: systemClock, log, ...options });
  started.push(server);
  return { server, ...(await server.start(before)) };
}

/** An app whose one answer is held back until `release`. */
function aSlowApp() {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const app = new Hono().get('/', async (context) => {
    arrived.resolve();
    await answer.promise;
    return context.text('late');
  });
  return { app, arrived: arrived.promise, release: answer.resolve };
}

describe('start', () => {
  it('says on which port it listens', async () => {
    const { url, port } = await aServer();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  it('names the address and what to do when it is taken', async () => {
    const { port } = await aServer();
    await expect(aServer({ port })).rejects.toMatchObject({
      name: 'BotServerError',
      code: 'invalid_configuration',
      message: `Cannot listen on 127.0.0.1:${port}: another program listens there; stop it or set PORT to a free port`,
    });
  });

  it('names a host that is not of this machine', async () => {
    await expect(aServer({ host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('this machine does not have that address'),
    });
  });

  it('lets a raw handler answer before the app', async () => {
    const { url } = await aServer({
      before: (request, response) => {
        if (request.url !== '/raw') return false;
        response.end('raw');
        return true;
      },
    });
    expect(await (await fetch(`${url}/raw`)).text()).toBe('raw');
    expect(await (await fetch(url)).text()).toBe('hello');
  });
});

describe('stop', () => {
  it('finishes a running request on a kept-alive connection and then closes at once', async () => {
    const { app, arrived, release } = aSlowApp();
    const { server, url } = await aServer({ app });
    const agent = new Agent({ keepAlive: true });
    const answered = new Promise<string>((resolve, reject) => {
      get(url, { agent }, (response) => response.setEncoding('utf8').on('data', resolve)).on('error', reject);
    });
    await arrived;
    const stopped = server.stop({ graceMs: 60_000 });
    release();
    expect(await answered).toBe('late');
    await stopped;
    agent.destroy();
  });

  it('does not wait for idle connections, used or unused', async () => {
    const { server, url, port } = await aServer();
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) => get(url, { agent }, (response) => response.resume().on('end', resolve)));
    const unused = connect(port, '127.0.0.1');
    await once(unused, 'connect');
    await fetch(url);
    await server.stop({ graceMs: 60_000 });
    agent.destroy();
  });

  it('cuts what is not finished within the grace period', async () => {
    const clock = new TestClock();
    const { app, arrived } = aSlowApp();
    const { server, url } = await aServer({ app, clock });
    const answer = fetch(url).then(
      () => 'answered',
      () => 'cut',
    );
    await arrived;
    const stopped = server.stop({ graceMs: 5_000 });
    await clock.advance(5_000);
    await stopped;
    expect(await answer).toBe('cut');
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes no new connection', async () => {
    const { server, url } = await aServer();
    await server.stop({ graceMs: 0 });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('may be called twice, and before start', async () => {
    const { server } = await aServer();
    await Promise.all([server.stop({ graceMs: 0 }), server.stop({ graceMs: 0 })]);
    const never = createHttpServer({ host: '127.0.0.1', port: 0, app: new Hono(), clock: systemClock, log });
    await never.stop({ graceMs: 0 });
  });
});

describe('strangers', () => {
  it('that send no headers, or half of them, are closed when the time for them is over', async () => {
    const { port } = await aServer({ limits: { headersMs: 300 } });
    const [silent, half] = await Promise.all([open(port), open(port)]);
    half.socket.write('GET / HTTP/1.1\r\nhost: x\r\nx-slow: ');
    await vi.waitFor(() => expect([silent.isClosed, half.isClosed]).toEqual([true, true]), PATIENCE);
  });

  it('cannot have more connections than there are: those idle longest are closed, and it is told once', async () => {
    log.warn.mockClear();
    const { port, url } = await aServer({ limits: { connections: 5 } });
    const idle: Client[] = [];
    for (let count = 0; count < 5; count++) idle.push(await open(port));
    const used = idle[0];
    used?.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await vi.waitFor(() => expect(used?.text).toContain('hello'), PATIENCE);
    for (let count = 0; count < 3; count++) idle.push(await open(port));
    await vi.waitFor(() => expect(idle.filter(({ isClosed }) => isClosed)).toHaveLength(3), PATIENCE);
    expect(idle.map(({ isClosed }) => isClosed)).toEqual([false, true, true, true, false, false, false, false]);
    expect(await (await fetch(url, { headers: { connection: 'close' } })).text()).toBe('hello');
    expect(log.warn).toHaveBeenCalledTimes(1);
    expect(log.warn.mock.calls[0]?.[0]).toEqual({ limit: 5, times: 1 });
  });

  it('go before a connection over which Slack has posted, and never before one that is owed an answer', async () => {
    const { app, arrived, release } = aSlowApp();
    const { port, server } = await aServer({
      app,
      limits: { connections: 3 },
      before: (request, response) => {
        if (request.url !== '/slack') return false;
        server.vouchFor(request.socket);
        response.end('signed');
        return true;
      },
    });
    const slack = await open(port);
    slack.socket.write('POST /slack HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
    await vi.waitFor(() => expect(slack.text).toContain('signed'), PATIENCE);
    const owed = await open(port);
    owed.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await arrived;
    const strangers: Client[] = [];
    for (let count = 0; count < 4; count++) strangers.push(await open(port));
    await vi.waitFor(() => expect(strangers.filter(({ isClosed }) => isClosed)).toHaveLength(3), PATIENCE);
    expect([slack.isClosed, owed.isClosed, strangers[3]?.isClosed]).toEqual([false, false, false]);
    release();
    await vi.waitFor(() => expect(owed.text).toContain('late'), PATIENCE);
  });

  it('that do not read their answers are cut', async () => {
    const page = 'x'.repeat(1_048_576);
    const app = new Hono().get('/', (context) => context.text(page));
    const { port } = await aServer({ app, limits: { readMs: 300 } });
    const client = await open(port);
    client.socket.pause();
    client.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(12));
    // A client that reads nothing learns of it when it writes.
    const writing = setInterval(() => client.socket.write('\r\n'), 50);
    await vi.waitFor(() => expect(client.isClosed).toBe(true), PATIENCE);
    clearInterval(writing);
    expect(client.socket.bytesRead).toBeLessThan(12 * page.length);
  });

  it('that send requests ahead of the answers are cut after a few, whatever they have sent', async () => {
    const page = 'x'.repeat(5_000);
    let asked = 0;
    const app = new Hono().get('/', (context) => (asked++, context.text(page)));
    const { port } = await aServer({ app });
    const client = await open(port);
    client.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(2_000));
    await vi.waitFor(() => expect(client.isClosed).toBe(true), PATIENCE);
    expect(asked).toBeLessThan(20);
  });

  it('are served whatever they send at once', async () => {
    const bodies: string[] = [];
    const app = new Hono().post('/', async (context) => {
      bodies.push(await context.req.text());
      return context.text('taken');
    });
    const { port } = await aServer({ app });
    const client = await open(port);
    const body = 'x'.repeat(50_000);
    client.socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await vi.waitFor(() => expect(client.text).toContain('taken'), PATIENCE);
    expect(bodies).toEqual([body]);
  });

  it('that post a body to a page get an answer, and it is not read to its end', async () => {
    const { port, url } = await aServer();
    expect((await fetch(url, { method: 'POST', body: Buffer.alloc(3_000_000) })).status).toBe(404);
    const client = await open(port);
    client.socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10000000\r\n\r\nx');
    await vi.waitFor(
      () => expect([client.text.slice(0, 12), client.isClosed]).toEqual(['HTTP/1.1 404', true]),
      PATIENCE,
    );
  });
});

describe('an offer to leave HTTP/1.1', () => {
  const echo = new Hono().post('/', async (context) => context.text(`got ${await context.req.text()}`));
  const withHead = (...lines: string[]) => ['POST / HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n');

  it.each([
    [
      'h2c, as Java’s client makes it',
      ['Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABk', 'Upgrade: h2c'],
    ],
    [
      'a WebSocket',
      ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AA=='],
    ],
    ['something new', ['Connection: upgrade', 'Upgrade: tomorrow/1, h2c']],
    ['half of one', ['Connection: upgrade']],
  ])('is not taken, and the request is answered with its body: %s', async (_, headers) => {
    const { port } = await aServer({ app: echo });
    const client = await open(port);
    const bodies = ['one', 'twelve bytes', 'last'];
    for (const body of bodies) {
      client.socket.write(withHead(...headers, `Content-Length: ${body.length}`));
      client.socket.write(body);
      await vi.waitFor(() => expect(client.text).toContain(`got ${body}`), PATIENCE);
    }
    expect(client.text.match(/HTTP\/1\.1 200|got (?:one|twelve bytes|last)/g)).toEqual(
      bodies.flatMap((body) => ['HTTP/1.1 200', `got ${body}`]),
    );
  });

  it('by HTTP/2 without asking is refused with a status that HTTP/1.1 has', async () => {
    const { port } = await aServer({ app: echo });
    const client = await open(port);
    client.socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await vi.waitFor(() => expect(client.isClosed).toBe(true), PATIENCE);
    expect(client.text).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('the limit of connections', () => {
  it.each([
    [256, 64],
    [1_024, 256],
    [20_000, 4_096],
    [100, 64],
    [undefined, 4_096],
  ])('of a process with %s open files is %i', (openFiles, expected) => {
    expect(connectionLimit(openFiles)).toBe(expected);
  });

  it('reads the files from the system', () => {
    expect(openFilesLimit()).toBeGreaterThan(0);
  });
});

const PATIENCE = { timeout: 10_000 };

interface Client {
  socket: Socket;
  text: string;
  isClosed: boolean;
}

async function open(port: number): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  const client: Client = { socket, text: '', isClosed: false };
  socket.on('data', (chunk) => {
    client.text += String(chunk);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    client.isClosed = true;
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return client;
}
