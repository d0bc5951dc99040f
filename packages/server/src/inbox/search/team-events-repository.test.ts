/** What is kept of a team's events is asked while somebody waits, beside millions of rows of events that are done. */
import { expect, it } from 'vitest';
import type { SqlValue } from '../../store/store.ts';
import { engines, openTestStore } from '../../store/store-fixture.test-kit.ts';
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
    waiting: { events: 8, sinceMs: 51, oldest: 'Ev51' },
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
  expect(await waiting()).toEqual({ events: 3, sinceMs: NOW, oldest: 'a' });
  await store.run(
    `insert into inbox (event_id, shard, team_id, type, state, received_at_ms)
     values ('older', ${shardOf('T1')}, 'T1', 'message', 'ready', ${NOW - 1}), ('tried', 0, 'T1', 'message', 'retry', ${NOW})`,
  );
  expect(await waiting()).toEqual({ events: 5, sinceMs: NOW - 1, oldest: 'older' });
  await inbox.finish([...seqs.values()]);
  expect(await waiting()).toMatchObject({ events: 2, oldest: 'older' });
});
