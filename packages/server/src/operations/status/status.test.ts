/** Status, limits and connections as operators read them, on rows. With a running server: test/operator-reports.test.ts. */
import { describe, expect, it } from 'vitest';
import { anEnvelope } from '../../inbox/inbox.test-kit.ts';
import { tellConnections, tellLimits, tellProcess } from '../../reports/report-repository.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { listConnections } from '../connections/list-connections.ts';
import { showLimits } from '../limits/show-limits.ts';
import { anInstall, install, NOW, NOW_MS, type OperationsOptions, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from '../teams/deactivate-team.ts';
import { listTeams } from '../teams/list-teams.ts';
import { showStatus } from './show-status.ts';

describe.each(engines)('on %s', (engine) => {
  async function withReports(options?: OperationsOptions) {
    const operations = await openOperations(engine, options);
    await install(operations, 'T1', 'T2', 'T3');
    const { store } = operations.storage;
    const facts = {
      host: 'h',
      pid: 7,
      version: '1.2.3',
      transport: 'rtm',
      connections: { open: 1, waiting: 1 },
    } as const;
    await tellProcess(store, { ...facts, node: 'n1', startedAtMs: NOW_MS - 60_000, toldAtMs: NOW_MS });
    const told = { reason: 'hello', attempt: 1, sinceMs: NOW_MS };
    await tellConnections(store, 'n1', new Map([['T1', { ...told, state: 'open', retryAtMs: null }]]));
    await tellConnections(store, 'gone', new Map([['T2', { ...told, state: 'waiting', retryAtMs: NOW_MS }]]));
    return operations;
  }

  it('a status says how everything is', async () => {
    const operations = await withReports({ server: 4_711 });
    const { run, storage, context } = operations;
    await run(deactivateTeam, { teamId: 'T3' });
    const bot = { token: 'xoxe.xoxb-test-1', scopes: [], expiresAtMs: NOW_MS - 1, refreshToken: 'xoxe-1-test' };
    await storage.installations.recordInstall(anInstall('T4', 'x', { bot }));
    const seqs = await context.inbox.insert([anEnvelope('Ev1'), anEnvelope('Ev2'), anEnvelope('Ev3')]);
    await context.inbox.fail(seqs.get('Ev1') ?? 0, { code: 'listener_failed', message: 'x' });
    expect(await run(showStatus, {})).toEqual({
      at: NOW,
      server: 4_711,
      servers: [
        {
          node: 'n1',
          host: 'h',
          pid: 7,
          version: '1.2.3',
          transport: 'rtm',
          started: '2026-11-18T11:05:40.000Z',
          uptimeMs: 60_000,
          told: NOW,
          // On PostgreSQL it has no lease here.
          isCurrent: engine === 'sqlite',
          connections: { open: 1, waiting: 1 },
        },
      ],
      teams: { active: 3, confirming: 0, held: 0, suspended: 0, inactive: 1 },
      events: { waiting: 2, failed: 1, oldestWaiting: NOW },
      incident: null,
      store: { engine, schema: expect.any(Number), sizeBytes: expect.any(Number), trouble: null },
      keys: { sealsWith: expect.stringMatching(/^[0-9a-f]+$/) },
      nextExpiries: [{ installation: 'T4', token: 'bot', expires: '2026-11-18T11:06:39.999Z', isOver: true }],
    });
  });

  it('a status of a server says why it cannot store events, and since when', async () => {
    const { context, run } = await openOperations(engine);
    const storeTrouble = () => Promise.resolve({ trouble: 'disk_full', sinceMs: NOW_MS } as const);
    Object.assign(context, { storeTrouble });
    const trouble = {
      code: 'disk_full',
      what: 'the disk of the database is full',
      fix: 'Free space on the disk of the database.',
      since: NOW,
    };
    expect(await run(showStatus, {})).toMatchObject({ store: { trouble } });
  });

  it('a status of an empty database, and of one with a broken row, is one all the same', async () => {
    const operations = await openOperations(engine);
    expect(await operations.run(showStatus, {})).toMatchObject({
      server: null,
      servers: [],
      events: { waiting: 0, failed: 0, oldestWaiting: null },
      nextExpiries: [],
    });
    await install(operations, 'T1');
    await operations.storage.store.run('update credential set token = $1', [Buffer.alloc(60)]);
    expect(await operations.run(showStatus, {})).toMatchObject({ teams: { active: 1 } });
  });

  it('connections are listed with the server that holds them, and whether that lives', async () => {
    const { run } = await withReports();
    const { connections, nextCursor } = await run(listConnections, {});
    expect(nextCursor).toBeNull();
    expect(connections).toEqual([
      {
        teamId: 'T1',
        name: 'Team T1',
        state: 'open',
        reason: 'hello',
        attempt: 1,
        since: NOW,
        retryAt: null,
        node: 'n1',
        isCurrent: true,
      },
      expect.objectContaining({ teamId: 'T2', state: 'waiting', retryAt: NOW, node: 'gone', isCurrent: false }),
    ]);
    expect((await run(listConnections, { query: 'connection:waiting' })).connections).toMatchObject([{ teamId: 'T2' }]);
  });

  it.each([
    ['connection:open', ['T1']],
    ['connection:none', ['T3']],
    ['-connection:none', ['T1', 'T2']],
    ['connection:open,none', ['T1', 'T3']],
    ['-connection:open', ['T2', 'T3']],
    ['connection:waiting status:active', ['T2']],
    ['connection:waiting status:inactive', []],
  ])('teams are found by %s', async (query, expected) => {
    const { run } = await withReports();
    expect((await run(listTeams, { query })).teams.map(({ teamId }) => teamId)).toEqual(expected);
  });

  it('limits are shown with what is left of the pause, page by page', async () => {
    const { run, storage } = await withReports();
    const limit = { method: 'chat.postMessage', hits: 2, retryAfterMs: 30_000 };
    await tellLimits(storage.store, [
      { ...limit, key: 'T1', lastAtMs: NOW_MS - 10_000, untilMs: NOW_MS + 20_000 },
      { ...limit, key: 'T2', lastAtMs: NOW_MS - 60_000, untilMs: NOW_MS - 30_000 },
    ]);
    const first = await run(showLimits, { limit: 1 });
    expect(first.limits).toEqual([
      {
        installation: 'T1',
        method: 'chat.postMessage',
        hits: 2,
        lastAt: '2026-11-18T11:06:30.000Z',
        retryAfterMs: 30_000,
        pauseLeftMs: 20_000,
      },
    ]);
    const second = await run(showLimits, { limit: 1, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ limits: [{ installation: 'T2', pauseLeftMs: 0 }], nextCursor: null });
    expect((await run(showLimits, { paused: true })).limits).toMatchObject([{ installation: 'T1' }]);
    expect((await run(showLimits, { teamId: 'T2' })).limits).toMatchObject([{ installation: 'T2' }]);
    await expect(run(showLimits, { teamId: 'T9' })).rejects.toMatchObject({ code: 'installation_not_found' });
  });
});

it('a status marks what servers reported whose lease is over, or that have said nothing since', async () => {
  const { run, storage } = await openOperations('postgres');
  const facts = { host: 'h', pid: 7, version: '1.2.3', transport: 'rtm', connections: { open: 12 } } as const;
  const told = [
    ['lives', '1 hour', NOW_MS],
    ['killed', '-1 second', NOW_MS],
    ['silent', '1 hour', NOW_MS - 46_000],
  ] as const;
  for (const [node, livesFor, toldAtMs] of told) {
    await tellProcess(storage.store, { ...facts, node, startedAtMs: NOW_MS - 60_000, toldAtMs });
    await storage.store.run(
      `insert into node (id, host, pid, package_version, schema_version, state, seals_with, started_at, expires_at)
       values ($1, 'h', 7, '1', 1, 'ready', 'x', clock_timestamp(), clock_timestamp() + cast($2 as interval))`,
      [node, livesFor],
    );
  }
  const { servers } = await run(showStatus, {});
  expect(Object.fromEntries(servers.map(({ node, isCurrent }) => [node, isCurrent]))).toEqual({
    lives: true,
    killed: false,
    silent: false,
  });
});
