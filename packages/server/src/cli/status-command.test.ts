/** What commands say that find nothing: of what was asked for, and no more. With a running server: test/operator-reports.test.ts. */
import { expect, it } from 'vitest';
import { install, NOW_MS, openOperations } from '../operations/operations.test-kit.ts';
import { tellLimits, tellProcess } from '../reports/report-repository.ts';
import { systemClock } from '../time/clock.ts';
import { said } from './cli.test-kit.ts';

it('a status takes no server for one that runs that has not reported for long', async () => {
  const operations = await openOperations('sqlite');
  // Somebody serves: of who reported it is not known which.
  await operations.storage.acquireLock();
  const nowMs = systemClock.now();
  const report = { host: 'h', pid: 7, version: '1.2.3', transport: 'http', connections: {} } as const;
  const startedAtMs = nowMs - 600_000;
  await tellProcess(operations.storage.store, { ...report, node: 'n1', startedAtMs, toldAtMs: nowMs });
  await tellProcess(operations.storage.store, { ...report, node: 'n2', startedAtMs, toldAtMs: nowMs - 60_000 });
  const lines = (await said(operations, 'status')).filter((line) => line.startsWith('server'));
  expect(lines.find((line) => line.includes('n1'))).toMatch(/up 10 min \d+ s$/m);
  expect(lines.find((line) => line.includes('n2'))).toMatch(/silent for 1 min \d+ s: it may be gone$/m);
});

it('of a database that no server uses a status says so, whatever was reported before: of a copy, or by one that was killed', async () => {
  const operations = await openOperations('sqlite');
  const toldAtMs = systemClock.now() - 10_000;
  const report = { host: 'h', pid: 7, version: '1.2.3', transport: 'socket', connections: { open: 12 } } as const;
  await tellProcess(operations.storage.store, { ...report, node: 'n1', startedAtMs: toldAtMs - 600_000, toldAtMs });
  const [first, second] = await said(operations, 'status');
  expect(first).toBe('no server runs\n');
  const told = new Date(toldAtMs).toISOString();
  expect(second).toBe(`server    n1  socket  version 1.2.3  does not run: its last report is of ${told}\n`);
});

it('a status says how old the connections are that a server reported', async () => {
  const operations = await openOperations('postgres');
  const nowMs = systemClock.now();
  const report = { host: 'h', pid: 7, version: '1.2.3', transport: 'rtm', startedAtMs: nowMs - 600_000 } as const;
  const told = [
    ['n1', 0],
    ['n2', 20_000],
    ['n3', 60_000],
  ] as const;
  for (const [node, agoMs] of told) {
    const facts = { ...report, node, connections: { open: 12 } };
    await tellProcess(operations.storage.store, { ...facts, toldAtMs: nowMs - agoMs });
  }
  const lines = await said(operations, 'status');
  expect(lines.find((line) => line.includes('n1'))).toMatch(/ 12 open$/m);
  expect(lines.find((line) => line.includes('n2'))).toMatch(/ 12 open \(2\d s ago\)$/m);
  expect(lines.find((line) => line.includes('n3'))).toMatch(/it may be gone {2}12 open \(1 min \d+ s ago\)$/m);
});

it('a status says that no connection is open, and in which state they are', async () => {
  const operations = await openOperations('sqlite');
  await operations.storage.acquireLock();
  const nowMs = systemClock.now();
  const report = { host: 'h', pid: 7, version: '1.2.3', startedAtMs: nowMs - 600_000, toldAtMs: nowMs } as const;
  const cut = {
    ...report,
    node: 'n1',
    transport: 'socket',
    connections: { open: 0, connecting: 0, waiting: 2 },
  } as const;
  await tellProcess(operations.storage.store, cut);
  await tellProcess(operations.storage.store, { ...report, node: 'n2', transport: 'http', connections: {} });
  const lines = await said(operations, 'status');
  expect(lines.find((line) => line.includes('n1'))).toMatch(/ {2}0 open, 2 waiting$/m);
  expect(lines.find((line) => line.includes('n2'))).toMatch(/up 10 min \d+ s$/m);
});

it('limits and connections name the filter under which there is nothing', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1', 'T2');
  const limit = { key: 'T1', method: 'chat.postMessage', hits: 2, retryAfterMs: 30_000, lastAtMs: NOW_MS };
  await tellLimits(operations.storage.store, [{ ...limit, untilMs: NOW_MS }]);
  const commands = ['limits --paused', 'limits --team T2', 'connections', 'connections acme'];
  expect(await said(operations, ...commands)).toEqual([
    'nothing must wait for a limit of Slack\n',
    'Slack has limited nothing of T2 for a day\n',
    'no connection of a team is known\n',
    'no connection matches\n',
  ]);
});

it('a history without anything says how far back it looked, and when it shows what happens now', async () => {
  const operations = await openOperations('sqlite');
  expect(await said(operations, 'history', 'history --hours 24')).toEqual([
    'nothing happened in the last hour; what happens now is shown within 1 min\n',
    'nothing happened in the last 24 hours; what happens now is shown within 12 min\n',
  ]);
});

it('a status of a database writes nothing into it', async () => {
  const operations = await openOperations('sqlite');
  const { store } = operations.storage;
  await store.run('create table written (seq integer)');
  await store.run(
    'create trigger noting after insert on inbox_batch begin insert into written values (new.first_seq); end',
  );
  expect((await said(operations, 'status')).join('')).toMatch(/^store +sqlite, schema/m);
  expect(await store.all('select * from written')).toEqual([]);
});
