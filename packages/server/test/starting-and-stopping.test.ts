/** start() and stop() of the library when they overlap or fail: nothing is left running, nothing is pulled away. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createServer, type Server } from '../src/index.ts';
import { createLogger } from '../src/observability/logger.ts';
import { TestClock } from '../src/time/test-clock.ts';

let clock: TestClock;

async function aServer(settings: { port?: number } = {}): Promise<Server> {
  clock = new TestClock();
  const folder = await mkdtemp(join(tmpdir(), 'starting-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { server } = createServer({
    host: '127.0.0.1',
    port: 0,
    databaseUrl: join(folder, 'test.db'),
    slackApiUrl: 'http://127.0.0.1:1/api/',
    logger: createLogger({ level: 'silent', format: 'json' }),
    clock,
    ...settings,
  });
  return server;
}

it('leaves nothing running when it is stopped while a booting hook runs', async () => {
  const server = await aServer();
  const { promise: hookRuns, resolve: runs } = Promise.withResolvers<void>();
  const { promise: hookMayEnd, resolve: end } = Promise.withResolvers<void>();
  server.on('booting', async () => {
    runs();
    await hookMayEnd;
  });
  const started = expect(server.start()).rejects.toMatchObject({ code: 'server_stopped' });
  await hookRuns;
  const stopped = server.stop();
  end();
  await Promise.all([started, stopped]);
  expect(clock.pendingTimers).toBe(0);
});

it('leaves nothing running when it is stopped before the database is open', async () => {
  const server = await aServer();
  const started = expect(server.start()).rejects.toMatchObject({ code: 'server_stopped' });
  await server.stop();
  await started;
  expect(clock.pendingTimers).toBe(0);
});

it('leaves nothing running when its port is taken', async () => {
  const other = createHttpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  onTestFinished(() => void other.close());
  const server = await aServer({ port: (other.address() as AddressInfo).port });
  await expect(server.start()).rejects.toMatchObject({ code: 'invalid_configuration' });
  expect(clock.pendingTimers).toBe(0);
});

it('refuses a second start without harm to the first', async () => {
  const server = await aServer();
  const started = server.start();
  await expect(server.start()).rejects.toMatchObject({ code: 'usage' });
  const { url } = await started;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  await server.stop();
});

it('lets work end that a first stop waits for when it is stopped again', async () => {
  const server = await aServer();
  const { promise: hookRuns, resolve: runs } = Promise.withResolvers<void>();
  const { promise: hookMayEnd, resolve: end } = Promise.withResolvers<void>();
  let written: unknown;
  server.on('booted', async () => {
    runs();
    await hookMayEnd;
    written = await server
      .data('T1')
      .set('note', { text: 'kept' })
      .catch((error: unknown) => error);
  });
  await server.start();
  await hookRuns;
  const stops = [server.stop(), server.stop()];
  end();
  await Promise.all(stops);
  expect(written).not.toBeInstanceOf(Error);
});
