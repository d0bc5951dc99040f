/** The pair that other tests fail over: that a commit that was answered is on the standby, and that both take their turn. */
import pg from 'pg';
import { expect, it } from 'vitest';
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

it('starts again after a stop', async () => {
  await using pair = await PostgresPair.start();
  await ask(pair, 'create table kept (n integer)');
  await pair.stop('immediate');
  await expect(ask(pair, 'select 1')).rejects.toThrow('ECONNREFUSED');
  await pair.startAgain();
  expect(await ask(pair, 'select n from kept')).toEqual([]);
});

async function ask(pair: PostgresPair, sql: string): Promise<object[]> {
  const client = new pg.Client(pair.primaryUrl());
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
}
