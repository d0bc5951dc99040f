/** The pair that other tests fail over: that a commit that was answered is on the standby, and that both take their turn. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { PostgresPair } from './postgres-pair.test-kit.ts';

it('keeps what was committed over two failovers, and says in which direction it streams', async () => {
  await using pair = await PostgresPair.start();
  const [first] = pair.ports;
  expect(pair.primaryPort).toBe(first);
  await pair.execute('create table kept (n integer)');
  await ask(pair, 'insert into kept values (1)');
  await pair.failover();
  expect(pair.primaryPort).not.toBe(first);
  expect(await ask(pair, 'select n from kept order by n')).toEqual([{ n: 1 }]);
  await pair.restoreStandby();
  await ask(pair, 'insert into kept values (2)');
  await pair.failover();
  expect(pair.primaryPort).toBe(first);
  expect(await ask(pair, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
});

it.runIf(process.platform === 'linux')(
  'leaves nothing of a killed primary in the shared memory of the machine',
  async () => {
    await using pair = await PostgresPair.start();
    const [row] = await ask<{ type: string; file: string }>(
      pair,
      `select current_setting('dynamic_shared_memory_type') as type, pg_read_file('postmaster.pid') as file`,
    );
    // Files of its own directory, which goes; the others would stay in /dev/shm.
    expect(row?.type).toBe('mmap');
    const id = row?.file.split('\n')[6]?.trim().split(/\s+/)[1];
    const ids = async () => {
      const text = await readFile('/proc/sysvipc/shm', 'utf8');
      return text.split('\n').map((line) => line.trim().split(/\s+/)[1]);
    };
    expect(await ids()).toContain(id);
    await pair.failover();
    await vi.waitFor(async () => expect(await ids()).not.toContain(id), { timeout: 10_000 });
  },
);

it('starts again after a stop', async () => {
  await using pair = await PostgresPair.start();
  await ask(pair, 'create table kept (n integer)');
  await pair.stop('immediate');
  await expect(ask(pair, 'select 1')).rejects.toThrow('ECONNREFUSED');
  await pair.startAgain();
  expect(await ask(pair, 'select n from kept')).toEqual([]);
});

async function ask<Row extends object>(pair: PostgresPair, sql: string): Promise<Row[]> {
  const client = new pg.Client(pair.primaryUrl());
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
