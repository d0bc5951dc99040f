/** What is kept of a team's events is asked while somebody waits, beside millions of rows of events that are done. */
import { expect, it } from 'vitest';
import type { SqlValue } from '../../store/store.ts';
import { engines, openTestStore, type TestStore } from '../../store/store-fixture.test-kit.ts';
import { shardOf } from '../../team/shard.ts';
import { anInbox, NOW } from '../batches/batch-inbox.test-kit.ts';
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
    // The first counts.
    if (asked === 1) await store.run("update inbox set state = 'done'");
    return row;
  };
  const { waiting } = await eventsOfTeam({ engine: store.engine, all: store.all.bind(store), get }, 'T1', 'T1');
  expect(waiting).toEqual({ events: 1, isPart: false, sinceMs: NOW, oldest: undefined });
});

/** So many open batches of so many events, whose teams are T0, T1, … in turn. */
async function openBatches(store: TestStore, given: { batches: number; size: number; teams: number }): Promise<void> {
  const { batches, size, teams } = given;
  const numbers = (to: number) =>
    `with recursive n (n) as (select 0 union all select n + 1 from n where n + 1 < ${to})`;
  const entry = `json_array('Ev' || (b.n * ${size} + e.n), 'T' || (e.n % ${teams}), null, 'message', 2)`;
  const entries = `(${numbers(size)} select json_group_array(json(${entry})) from n as e)`;
  await store.run(
    `${numbers(batches)} insert into inbox_batch (first_seq, size, received_at_ms, entries)
     select 1 + b.n * ${size}, ${size}, ${NOW} + b.n, ${entries} from n as b`,
  );
  await store.run(
    'insert into inbox_batch_payload (first_seq, bodies) select first_seq, zeroblob(size * 2) from inbox_batch',
  );
}

/** Rows that the database answered: what a process must parse. */
function countingRows(store: TestStore) {
  const counted = { rows: 0 };
  const all = async (sql: string, params?: readonly SqlValue[]) => {
    const rows = await store.all(sql, params);
    counted.rows += rows.length;
    return rows;
  };
  return { counted, reads: { engine: store.engine, all, get: store.get.bind(store) } };
}

it.each([
  ['nearly all are of the team', { batches: 2_000, size: 20, teams: 1 }, 'T0', { events: 10_000, oldest: 'Ev0' }, 500],
  [
    'few of each batch are of the team',
    { batches: 2_000, size: 20, teams: 20 },
    'T7',
    { events: 1_500, oldest: 'Ev7' },
    1_500,
  ],
])(
  'counts no further than it must where a full disk keeps batches, and from the oldest on: %s',
  async (_, given, team, waiting, batches) => {
    const store = await openTestStore();
    await openBatches(store, given);
    const { counted, reads } = countingRows(store);
    expect((await eventsOfTeam(reads, team, team)).waiting).toEqual({ ...waiting, isPart: true, sinceMs: NOW });
    expect(counted.rows).toBe(batches);
  },
);

it('parses no batch without the team, and reads the bodies in their order, whatever else is remembered', async () => {
  const store = await openTestStore();
  await openBatches(store, { batches: 2_000, size: 20, teams: 1 });
  const { counted, reads } = countingRows(store);
  const plan: string[] = [];
  const all: typeof reads.all = async (sql, params) => {
    plan.push(...(await store.all(`explain query plan ${sql}`, params)).map(({ detail }) => String(detail)));
    return await reads.all(sql, params);
  };
  expect((await eventsOfTeam({ ...reads, all }, 'T9', 'T9')).waiting).toBeUndefined();
  expect(counted.rows).toBe(0);
  expect(plan[0]).toBe('SEARCH p USING INTEGER PRIMARY KEY (rowid>?)');
  expect(plan.join()).not.toMatch(/LIST SUBQUERY|SCAN [bd]/);
});
