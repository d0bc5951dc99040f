/** What is kept of a team's events is asked while somebody waits, beside millions of rows of events that are done. */
import { expect, it } from 'vitest';
import type { SqlValue } from '../../store/store.ts';
import { engines, openTestStore } from '../../store/store-fixture.test-kit.ts';
import { shardOf } from '../../team/shard.ts';
import { anInbox, NOW } from '../batches/batch-inbox.test-kit.ts';
import { openBatch, openBatches } from '../batches/open-batches.test-kit.ts';
import { anEnvelope } from '../inbox.test-kit.ts';
import { eventsOfTeam } from './team-events-repository.ts';

const INDEXES = {
  sqlite: ['inbox_ready', 'inbox_kept (team_id=?)'],
  postgres: ['inbox_ready', 'inbox_retry', 'inbox_failed'],
};
const EXPLAIN = { sqlite: 'explain query plan', postgres: 'explain' } as const;

it.each(engines)('is read by indexes, and what is done is not looked at (%s)', async (engine) => {
  const store = await openTestStore({ engine });
  const series = 'with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 4000)';
  await store.run(
    `${series} insert into inbox (event_id, shard, team_id, type, state, received_at_ms, error_code)
     select 'Ev' || n, ${shardOf('T1')}, 'T' || (n % 50), 'message',
       case n % 1000 when 1 then 'failed' when 51 then 'retry' when 101 then 'ready' else 'done' end, n, 'broken' from numbers`,
  );
  await store.run('analyze inbox');
  const plan: string[] = [];
  const all = async (sql: string, params?: readonly SqlValue[]) => {
    const steps = await store.transaction({ about: [] }, async (tx) => {
      // What a planner prefers for so few rows is not the question, but whether it could do without reading them all.
      if (engine === 'postgres') await tx.run('set local enable_seqscan = off');
      return await tx.all(`${EXPLAIN[engine]} ${sql}`, params);
    });
    plan.push(...steps.map((step) => String(step.detail ?? step['QUERY PLAN'])));
    return await store.all(sql, params);
  };
  const get = async (sql: string, params?: readonly SqlValue[]) => (await all(sql, params))[0];
  expect(await eventsOfTeam({ engine, all, get }, 'T1', 'T1')).toEqual({
    failures: [{ error: 'broken', listener: null, events: 4, lastMs: 3_001 }],
    waiting: { events: 8, isPart: false, sinceMs: 51, oldest: 'Ev51' },
  });
  const told = plan.join('\n');
  for (const index of INDEXES[engine]) expect(told).toContain(index);
  expect(told).not.toMatch(/Seq Scan on inbox|SCAN inbox/);
});

it('counts what waits in batches as well: after a kill nothing else may be there', async () => {
  const { store, inbox } = await anInbox();
  const seqs = await inbox.insert([
    anEnvelope('a'),
    anEnvelope('b'),
    anEnvelope('c'),
    anEnvelope('other', { teamId: 'T2' }),
  ]);
  const waiting = async () => (await eventsOfTeam(store, 'T1', 'T1')).waiting;
  expect(await waiting()).toEqual({ events: 3, isPart: false, sinceMs: NOW, oldest: 'a' });
  await store.run(
    `insert into inbox (event_id, shard, team_id, type, state, received_at_ms)
     values ('older', ${shardOf('T1')}, 'T1', 'message', 'ready', ${NOW - 1}), ('tried', 0, 'T1', 'message', 'retry', ${NOW})`,
  );
  expect(await waiting()).toEqual({ events: 5, isPart: false, sinceMs: NOW - 1, oldest: 'older' });
  await inbox.finish([...seqs.values()]);
  expect(await waiting()).toMatchObject({ events: 2, oldest: 'older' });
});

it('names no event where the oldest was done while it was looked for', async () => {
  const store = await openTestStore();
  await store.run(
    `insert into inbox (event_id, shard, team_id, type, state, received_at_ms)
     values ('a', ${shardOf('T1')}, 'T1', 'message', 'ready', ${NOW})`,
  );
  let asked = 0;
  const get = async (sql: string, params?: readonly SqlValue[]) => {
    asked += 1;
    const row = await store.get(sql, params);
    // The first counts those in batches, the second those with rows.
    if (asked === 2) await store.run("update inbox set state = 'done'");
    return row;
  };
  const { waiting } = await eventsOfTeam({ engine: store.engine, all: store.all.bind(store), get }, 'T1', 'T1');
  expect(waiting).toEqual({ events: 1, isPart: false, sinceMs: NOW, oldest: undefined });
});

it.each([
  [
    'at most ten thousand',
    { batches: 2_000, size: 20, teams: 1 },
    'T0',
    { events: 10_000, isPart: true, oldest: 'Ev0' },
  ],
  ['few of each batch', { batches: 2_000, size: 20, teams: 20 }, 'T7', { events: 2_000, isPart: false, oldest: 'Ev7' }],
])('counts what a full disk keeps in batches, from the oldest on: %s', async (_, given, team, waiting) => {
  const store = await openTestStore();
  await openBatches(store, given);
  expect((await eventsOfTeam(store, team, team)).waiting).toEqual({ ...waiting, sinceMs: NOW });
});

it('finds what waits behind thousands of events of the team that are done', async () => {
  const store = await openTestStore();
  await openBatches(store, { batches: 2_000, size: 20, teams: 2 });
  const ofT1 = Uint8Array.from({ length: 20 }, (_, place) => place % 2);
  await store.run(
    'insert into inbox_batch_done (first_seq, done) select first_seq, $1 from inbox_batch order by first_seq limit 1900',
    [ofT1],
  );
  const waiting = async () => (await eventsOfTeam(store, 'T1', 'T1')).waiting;
  const inBatches = { isPart: false, sinceMs: NOW + 1_900, oldest: 'Ev38001' };
  expect(await waiting()).toEqual({ ...inBatches, events: 1_000 });
  await store.run(
    `insert into inbox (event_id, shard, team_id, type, state, received_at_ms) values ('tried', 0, 'T1', 'message', 'retry', ${NOW + 1_901})`,
  );
  expect(await waiting()).toEqual({ ...inBatches, events: 1_001 });
});

it('says of no sum that there may be more when each of its parts was counted to the end', async () => {
  const store = await openTestStore();
  await openBatches(store, { batches: 300, size: 20, teams: 1 });
  await store.run(
    `with recursive n (n) as (select 1 union all select n + 1 from n where n < 5000)
     insert into inbox (event_id, shard, team_id, type, state, received_at_ms)
     select 'row' || n, ${shardOf('T0')}, 'T0', 'message', 'ready', ${NOW - 1} from n`,
  );
  const waiting = async () => (await eventsOfTeam(store, 'T0', 'T0')).waiting;
  expect(await waiting()).toMatchObject({ events: 11_000, isPart: false });
  await store.run("update inbox set state = 'retry'");
  expect(await waiting()).toMatchObject({ events: 11_000, isPart: false });
});

it.each([
  ['of another team', '[["a","T2",null,"message",1],["T1","T2","T1","T1",1],["c","T2",null,"T1",1]]'],
  ['that moved or was purged', '[1,2,["c","T2","T1","message",1]]'],
  ['that something else has written', '["T1'],
  ['that is no list', '{"T1":"T1"}'],
  ['of which entries are none', '["T1",{"T1":"T1"},null]'],
])('counts nothing %s', async (_, entries) => {
  const store = await openTestStore();
  await openBatch(store, entries);
  expect((await eventsOfTeam(store, 'T1', 'T1')).waiting).toBeUndefined();
});

it('reads batches in the order of their bodies, and only those that are open', async () => {
  const store = await openTestStore();
  await openBatches(store, { batches: 200, size: 20, teams: 1 });
  await store.run('delete from inbox_batch_payload where first_seq > 100');
  await store.run('analyze');
  const plan: string[] = [];
  const get = async (sql: string, params?: readonly SqlValue[]) => {
    plan.push(...(await store.all(`explain query plan ${sql}`, params)).map(({ detail }) => String(detail)));
    return await store.get(sql, params);
  };
  await eventsOfTeam({ engine: store.engine, all: store.all.bind(store), get }, 'T1', 'T1');
  expect(plan.slice(0, 4)).toEqual([
    'CO-ROUTINE (subquery-1)',
    'SCAN p',
    'SEARCH b USING INTEGER PRIMARY KEY (rowid=?)',
    'SEARCH d USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN',
  ]);
  expect(plan.join()).not.toContain('TEMP B-TREE');
});
