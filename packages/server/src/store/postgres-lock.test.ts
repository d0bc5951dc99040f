import { hostname } from 'node:os';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../time/clock.ts';
import { findPostgresServer } from './postgres-lock.ts';
import { storeLocks } from './postgres-lock-key.ts';
import { postgresStoreDefaults } from './postgres-store.ts';
import {
  administer,
  killProcess,
  makeDatabaseUrl,
  nextMessage,
  openTestStore,
  startProcess,
} from './store-fixture.test-kit.ts';

const findServer = (url: string) => findPostgresServer(url, postgresStoreDefaults);

/** Ends the connection that holds the server's lock, as a broken network would. */
const breakLock = (url: string) =>
  administer(
    url,
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = ${storeLocks.server} and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );

describe('the lock of a server on PostgreSQL', () => {
  it('lets no second process serve the database, and names the first', async () => {
    const url = await makeDatabaseUrl('postgres');
    const first = startProcess('lock', url);
    expect(await nextMessage(first)).toBe('locked');
    const second = startProcess('lock', url);
    expect(await nextMessage(second)).toEqual({
      code: 'store_locked',
      message: expect.stringContaining(`in use by another process, pid ${first.pid} on ${hostname()}`),
    });
    expect(await findServer(url)).toEqual({ pid: first.pid, host: hostname() });
  });

  it('is free soon after its process was killed', async () => {
    const url = await makeDatabaseUrl('postgres');
    const first = startProcess('lock', url);
    await nextMessage(first);
    await killProcess(first);
    await vi.waitFor(async () => expect(await findServer(url)).toBeUndefined());
  });

  it('is free after the store was closed', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    await store.lock();
    await store.lock();
    expect(await findServer(store.url)).toMatchObject({ pid: process.pid });
    await store.close();
    expect(await findServer(store.url)).toBeUndefined();
  });

  it('leaves other schemas of the database alone', async () => {
    const url = await makeDatabaseUrl('postgres');
    await administer(url, 'create schema one; create schema two');
    for (const schema of ['one', 'two']) {
      const store = await openTestStore({ engine: 'postgres', url: `${url}?options=-c%20search_path%3D${schema}` });
      await store.lock();
    }
    expect(await findServer(url)).toBeUndefined();
  });

  it('is taken again when its connection broke', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    await store.lock();
    await breakLock(store.url);
    await vi.waitFor(async () => expect(await findServer(store.url)).toMatchObject({ pid: process.pid }));
    expect(await store.get('select 1 as one')).toEqual({ one: 1 });
  });

  it('that another server took meanwhile is reported once, and taken again when that one ends', async () => {
    const onLost = vi.fn();
    const clock = { ...systemClock, sleep: () => systemClock.sleep(5) };
    const store = await openTestStore({ engine: 'postgres', clock });
    await store.lock({ onLost });
    const other = new pg.Client({ connectionString: store.url, application_name: 'slack-bot-server 1@elsewhere' });
    await other.connect();
    const { rows } = await other.query('select objid from pg_locks where classid = $1', [storeLocks.server]);
    const taken = other.query('select pg_advisory_lock($1, $2)', [storeLocks.server, rows[0].objid]);
    await breakLock(store.url);
    await taken;
    await vi.waitFor(() => expect(onLost).toHaveBeenCalled());
    const message = expect.stringContaining('another process, pid 1 on elsewhere');
    expect(onLost.mock.calls).toEqual([[expect.objectContaining({ code: 'store_locked', message })]]);
    await other.end();
    await vi.waitFor(async () => expect(await findServer(store.url)).toMatchObject({ pid: process.pid }));
    expect(onLost).toHaveBeenCalledTimes(1);
  });
});
