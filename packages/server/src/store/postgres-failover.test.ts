/** DATABASE_URL with two hosts: a primary and its synchronous standby, which is promoted while rows are written. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { PostgresPair } from './postgres-pair.test-kit.ts';
import { openPostgresStore, type PostgresStoreOptions } from './postgres-store.ts';
import type { Store } from './store.ts';

const INSERT = 'insert into oauth_use (state_hash, used_at_ms, result) values ($1, $2, $3)';

async function open(options: PostgresStoreOptions) {
  const store = await openPostgresStore(options);
  onTestFinished(() => store.close());
  return store;
}

/** Writes one row after the other; answers the names of those that were answered. */
function writer(store: Store, name: string) {
  const written: string[] = [];
  let isStopped = false;
  const writing = (async () => {
    for (let n = 0; !isStopped; n++) {
      const row = `${name} ${n}`;
      const alone = () => store.run(INSERT, [row, n, null]);
      const together = () => store.transaction({ about: [`job:${name}`] }, (tx) => tx.run(INSERT, [row, n, null]));
      await (n % 2 === 0 ? alone() : together()).then(
        () => written.push(row),
        () => {},
      );
    }
  })();
  return {
    written,
    async stop() {
      isStopped = true;
      await writing;
    },
  };
}

it('loses no row that was answered when the standby is promoted, and goes on with it', async () => {
  await using pair = await PostgresPair.start();
  const store = await open({ url: pair.url(), connectTimeoutMs: 2_000 });
  const other = await open({ url: pair.url(), connectTimeoutMs: 2_000 });
  const heard: string[] = [];
  other.notices.on('inbox', (payload) => void heard.push(payload));
  const writers = ['a', 'b', 'c'].map((name) => writer(store, name));
  await vi.waitFor(() => expect(writers.every(({ written }) => written.length > 10)).toBe(true), { timeout: 10_000 });
  await pair.failover();
  const before = writers.map(({ written }) => written.length);
  const isPast = () => writers.every(({ written }, n) => written.length > (before[n] ?? 0) + 10);
  await vi.waitFor(() => expect(isPast()).toBe(true), { timeout: 20_000 });
  await Promise.all(writers.map((writer) => writer.stop()));
  const stored = new Set((await store.all('select state_hash from oauth_use')).map((row) => row.state_hash));
  expect(writers.flatMap(({ written }) => written).filter((row) => !stored.has(row))).toEqual([]);
  // LISTEN has moved, too.
  await vi.waitFor(() => expect(other.notices.isLive).toBe(true), { timeout: 20_000 });
  store.notices.notify('inbox', 'after it');
  await vi.waitFor(() => expect(heard).toContain('after it'));
}, 120_000);

it('begins with the one that takes writes, in whatever order they stand, and says so when none does', async () => {
  await using pair = await PostgresPair.start();
  const [primary, standby] = pair.ports;
  const store = await open({ url: pair.url('postgres', [standby, primary]) });
  await store.run(INSERT, ['a', 1, null]);
  const nowhere = openPostgresStore({ url: pair.url('postgres', [standby, standby]) });
  await expect(nowhere).rejects.toMatchObject({
    code: 'store_unavailable',
    message: expect.stringContaining('it is read-only'),
  });
}, 60_000);

it('leaves connections whose server takes writes no more: the statement runs on another', async () => {
  await using pair = await PostgresPair.start();
  const store = await open({ url: pair.url() });
  await Promise.all(Array.from({ length: 5 }, (_, i) => store.run(INSERT, [`a${i}`, 1, null])));
  // Every session of now refuses writes, as after a demotion; new ones do not.
  const session = 'set session characteristics as transaction read only';
  await Promise.all(Array.from({ length: 5 }, () => store.all(session)));
  await store.run(INSERT, ['b', 1, null]);
  await Promise.all(Array.from({ length: 5 }, () => store.all(session)));
  await store.transaction({ about: [] }, (tx) => tx.run(INSERT, ['c', 1, null]));
  expect(await store.get('select count(*) as total from oauth_use')).toEqual({ total: 7 });
}, 60_000);
