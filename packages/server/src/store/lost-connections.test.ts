/** Connections that lead nowhere any more, without a word: what is on them fails in seconds, and what takes long is not disturbed. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openPostgresStore } from './postgres-store.ts';
import { makeDatabaseUrl } from './store-fixture.test-kit.ts';

const INSERT = 'insert into oauth_use (state_hash, used_at_ms, result) values ($1, 1, null)';
/** Long before the limit of a statement, which is 30 s. */
const SOON = { timeout: 15_000, interval: 100 };

/** A store on PostgreSQL, and what loses all connections of this moment: they stay open, and nothing passes. New ones are well. */
async function openBehindNetwork({ options = '' } = {}) {
  const url = new URL(await makeDatabaseUrl('postgres'));
  // Past the network that is lost, and with all rights.
  const direct = url.href;
  if (options !== '') url.searchParams.set('options', options);
  const [toPort, toHost] = [Number(url.port), url.hostname];
  const pairs = new Set<readonly Socket[]>();
  const server = createServer((here) => {
    const there = connect(toPort, toHost);
    const pair = [here, there] as const;
    pairs.add(pair);
    for (const socket of pair)
      socket.on('error', () => {}).on('close', () => pair.forEach((one) => void one.destroy()));
    here.pipe(there).pipe(here);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const told: string[] = [];
  const log = { info: () => {}, warn: (_facts: object, message: string) => void told.push(message) };
  const store = await openPostgresStore({ url: Object.assign(url, { host: `127.0.0.1:${port}` }).href, log });
  onTestFinished(async () => {
    for (const socket of [...pairs].flat()) socket.destroy();
    await store.close();
    server.close();
  });
  let connected = 0;
  server.on('connection', () => connected++);
  const loseAll = () => {
    for (const [here, there] of pairs) {
      here?.unpipe().pause();
      there?.unpipe().pause();
    }
  };
  /** So many at once that each has a connection of its own: later ones are of questions to the database. */
  const openConnections = async () => {
    const lock = await holdLock(direct);
    const waiting = Array.from({ length: CONNECTIONS }, () => store.all(WAIT_FOR_LOCK));
    await expect.poll(() => lock.countWaiting(), SOON).toBe(CONNECTIONS);
    await lock.release();
    await Promise.all(waiting);
  };
  /** Twice unknown is lost; a third question is asked when the second has left everything as it was. */
  const asked = async () => {
    const before = connected;
    await expect.poll(() => connected - before, SOON).toBeGreaterThanOrEqual(3);
  };
  return { store, direct, loseAll, openConnections, asked, told };
}

/** As many as one test uses at once. */
const CONNECTIONS = 8;

const WAIT_FOR_LOCK = 'select pg_advisory_xact_lock(7)';

/** Somebody else, who has the lock for which WAIT_FOR_LOCK waits. */
async function holdLock(url: string) {
  const other = await openPostgresStore({ url });
  const [isHeld, isReleased] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = other.transaction({ about: [] }, async (tx) => {
    await tx.all(WAIT_FOR_LOCK);
    isHeld.resolve();
    await isReleased.promise;
  });
  await isHeld.promise;
  return {
    async countWaiting() {
      const row = await other.get(`select count(*) as waiting from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`);
      return Number(row?.waiting);
    },
    async release() {
      isReleased.resolve();
      await holding;
      await other.close();
    },
  };
}

/** As those of a server that is gone: nobody is told, because nothing passes. */
async function endSessions(url: string): Promise<void> {
  const other = await openPostgresStore({ url });
  await other.all(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await other.close();
}

it.each([
  ['their sessions wait for what never comes', { options: '', sessionsEnd: false }],
  ['their sessions are gone', { options: '', sessionsEnd: true }],
  // It cannot know of one that is there whether it waits.
  ['the same where a role may not see what sessions do', { options: '-c role=pg_database_owner', sessionsEnd: true }],
])(
  'a statement and a transaction on lost connections fail in seconds, and all that comes next is well: %s',
  async (_what, { options, sessionsEnd }) => {
    const { store, direct, loseAll, openConnections, told } = await openBehindNetwork({ options });
    await openConnections();
    loseAll();
    if (sessionsEnd) await endSessions(direct);
    const lost = [
      store.run(INSERT, ['alone']),
      store.transaction({ about: ['job:a'] }, (tx) => tx.run(INSERT, ['in a transaction'])),
    ];
    const outcomes = Promise.allSettled(lost);
    await expect.poll(() => told, SOON).toContain('connections that the database does not know are cut off');
    const broke = { code: 'store_unavailable', facts: { trouble: 'unreachable' } };
    expect(await outcomes).toMatchObject([{ reason: broke }, { reason: broke }]);
    // Others of the pool were idle, and are lost as well: a statement on one of them would fail when it is cut off.
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => store.run(INSERT, [`after ${n}`])));
    expect(await store.get('select count(*) as total from oauth_use')).toEqual({ total: CONNECTIONS });
  },
);

it('what takes long is left alone: a statement, one that waits for a lock, and a transaction that pauses', async () => {
  const { store, direct, openConnections, asked, told } = await openBehindNetwork();
  await openConnections();
  const lock = await holdLock(direct);
  const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>();
  const pausing = store.transaction({ about: ['job:a'] }, async (tx) => {
    await tx.run(INSERT, ['a']);
    await goesOn;
    return await tx.run(INSERT, ['b']);
  });
  const waiting = store.transaction({ about: ['job:a'] }, (tx) => tx.run(INSERT, ['c']));
  const slow = store.all(WAIT_FOR_LOCK);
  await asked();
  await lock.release();
  goOn();
  await expect(Promise.all([slow, pausing, waiting])).resolves.toBeDefined();
  expect(told).toEqual([]);
});

it('so is what takes long where the role of the sessions may not see what their user does', async () => {
  const { store, direct, openConnections, asked, told } = await openBehindNetwork({
    options: '-c role=pg_database_owner',
  });
  await openConnections();
  expect(await store.get('select current_user::text as name')).toEqual({ name: 'pg_database_owner' });
  const lock = await holdLock(direct);
  const slow = store.all(WAIT_FOR_LOCK);
  await asked();
  await lock.release();
  await expect(slow).resolves.toHaveLength(1);
  expect(told).toEqual([]);
});
