import { expect, it, onTestFinished } from 'vitest';
import { administer, PostgresPool } from './postgres-pool.test-kit.ts';
import { openPostgresStore } from './postgres-store.ts';
import { makeDatabaseUrl } from './store-fixture.test-kit.ts';

const INSERT = `insert into inbox (event_id, shard, team_id, type, payload, received_at_ms)
  values ($1, 0, 'T1', 'message', '', 1) returning seq`;

async function aPool(): Promise<PostgresPool> {
  const pool = await PostgresPool.open(await makeDatabaseUrl('postgres'));
  onTestFinished(() => pool.remove());
  return pool;
}

/** What the rows of the migrations say, and the number that the first event gets; changes all of it. */
async function lookAt(url: string): Promise<unknown> {
  const store = await openPostgresStore({ url });
  const rows = [await store.all('select * from meta'), await store.all('select * from breaker')];
  const first = await store.get(INSERT, ['Ev1']);
  await store.run(`update meta set change_counter = 7, app_id = 'A1'`);
  await store.run('update breaker set verdicts = 7');
  await store.close();
  return { rows, seq: first?.seq };
}

it('a database that a test gives back is as new for the next one', async () => {
  const pool = await aPool();
  const url = await pool.take();
  const before = await lookAt(url);
  pool.give(url);
  expect(await pool.take()).toBe(url);
  expect(await lookAt(url)).toEqual(before);
});

it('a database in which a test changed more than rows is not used again', async () => {
  const pool = await aPool();
  for (const change of [
    'alter table meta add column more text',
    'create table more (id int)',
    'drop index installation_changed',
    'alter table team alter column name set not null',
    `do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$`,
  ]) {
    const url = await pool.take();
    await administer(url, change);
    pool.give(url);
    expect(await pool.take(), change).not.toBe(url);
  }
});
