import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts';

const started: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop({ graceMs: 0 })));
});

async function aServer(options: Partial<HttpServerOptions> = {}) {
  const app = new Hono().get('/', (context) => context.text('hello'));
  const server = createHttpServer({ host: '127.0.0.1', port: 0, app, clock: systemClock, ...options });
  started.push(server);
  return { server, ...(await server.start()) };
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
    const never = createHttpServer({ host: '127.0.0.1', port: 0, app: new Hono(), clock: systemClock });
    await never.stop({ graceMs: 0 });
  });
});
