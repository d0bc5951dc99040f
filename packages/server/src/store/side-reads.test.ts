/** What operators ask in a server, beside its work. */
import { expect, it, onTestFinished } from 'vitest';
import { createSideReads, type OwnReads } from './side-reads.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { engines, openTestStore } from './store-fixture.test-kit.ts';

it.each(engines)('a question sees what is committed, on %s', async (engine) => {
  const store = await openTestStore({ engine });
  const openOwn = engine === 'sqlite' ? () => openSqliteStore({ path: store.url, readOnly: true }) : undefined;
  const reads = createSideReads(store, openOwn);
  onTestFinished(() => reads.close());
  await store.run('insert into oauth_use (state_hash, used_at_ms) values ($1, 1)', ['a']);
  expect(await reads.all('select state_hash from oauth_use')).toEqual([{ state_hash: 'a' }]);
  expect(await reads.get('select count(*) as total from oauth_use where used_at_ms > $1', [1])).toMatchObject({});
});

it('a long question holds up no commit of SQLite', async () => {
  const store = await openTestStore({ engine: 'sqlite' });
  const reads = createSideReads(store, () => openSqliteStore({ path: store.url, readOnly: true }));
  onTestFinished(() => reads.close());
  const order: string[] = [];
  const long = reads
    .get(
      `with recursive n (x) as (select 1 union all select x + 1 from n where x < 3000000) select count(*) as total from n`,
    )
    .then((row) => order.push(`counted ${String(row?.total)}`));
  await store
    .run('insert into oauth_use (state_hash, used_at_ms) values ($1, 1)', ['a'])
    .then(() => order.push('committed'));
  await long;
  expect(order).toEqual(['committed', 'counted 3000000']);
});

it('the connection can write nothing', async () => {
  const store = await openTestStore({ engine: 'sqlite' });
  const reads = createSideReads(store, () => openSqliteStore({ path: store.url, readOnly: true }));
  onTestFinished(() => reads.close());
  await expect(reads.all('delete from oauth_use returning state_hash')).rejects.toMatchObject({
    code: 'store_unavailable',
  });
});

it('two questions run at once, others wait, and one that fails frees its place', async () => {
  let running = 0;
  let most = 0;
  const own: OwnReads = {
    async all() {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return [];
    },
    get: () => Promise.reject(new Error('broken')),
    close: () => Promise.resolve(),
  };
  const reads = createSideReads({ ...own, engine: 'sqlite' }, () => Promise.resolve(own));
  const failing = Array.from({ length: 3 }, () => reads.get('').catch((error: Error) => error.message));
  await Promise.all(Array.from({ length: 5 }, () => reads.all('')));
  expect([most, ...(await Promise.all(failing))]).toEqual([2, 'broken', 'broken', 'broken']);
});

it('a connection that cannot be opened is tried again with the next question', async () => {
  let tries = 0;
  const own: OwnReads = {
    all: () => Promise.resolve([{ x: 1 }]),
    get: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  const open = () => (++tries === 1 ? Promise.reject(new Error('no handles')) : Promise.resolve(own));
  const reads = createSideReads({ ...own, engine: 'sqlite' }, open);
  await expect(reads.all('')).rejects.toThrow('no handles');
  expect(await reads.all('')).toEqual([{ x: 1 }]);
});
