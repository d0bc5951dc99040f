/** What waits in batches is counted by the database; what waits in rows is part of a status, in operations/status. */
import { expect, it } from 'vitest';
import type { SqlValue } from '../../store/store.ts';
import { openTestStore } from '../../store/store-fixture.test-kit.ts';
import { anInbox, NOW } from '../batches/batch-inbox.test-kit.ts';
import { openBatch, openBatches } from '../batches/open-batches.test-kit.ts';
import { anEnvelope } from '../inbox.test-kit.ts';
import { purgeTeamEvents } from '../inbox-purge-repository.ts';
import { summarizeInbox } from './summary-repository.ts';

const A = '["a","T1",null,"message",1]';
const B = '["b","T2","C1:1.2","message",1]';
const C = '["c","T1",null,"message",1]';

it.each([
  ['all of a batch', `[${A},${B},${C}]`, undefined, 3],
  ['not those that are done', `[${A},${B},${C}]`, [0, 1, 0], 2],
  ['not those that moved or were purged: the first', `[12,${B},${C}]`, undefined, 2],
  ['not those that moved or were purged: the last', `[${A},${B},12]`, undefined, 2],
  ['none that is done and was purged twice', `[${A},12,${C}]`, [1, 1, 0], 1],
  ['none where all are done or were purged', `[${A},12,1]`, [1, 0, 0], 0],
  ['those whose ids look like an entry that was purged', `[["],7","[8",null,"message",1],${B},${C}]`, [0, 0, 1], 2],
  ['as many as were written where that cannot be read any more', `[${A},12`, undefined, 3],
])('counts %s', async (_, entries, done, waiting) => {
  const store = await openTestStore();
  await openBatch(store, entries, done);
  expect(await summarizeInbox(store)).toEqual({
    waiting,
    failed: 0,
    oldestWaitingMs: waiting === 0 ? undefined : NOW,
  });
});

it('counts what an inbox has written, with the time of the one that waits longest, in a batch or in a row', async () => {
  const { store, inbox, time } = await anInbox();
  const seqs = await inbox.insert(['a', 'b', 'c'].map((id, at) => anEnvelope(id, { teamId: `T${at}` })));
  time.nowMs += 5;
  await inbox.insert([anEnvelope('d', { teamId: 'T3' })]);
  expect(await summarizeInbox(store)).toEqual({ waiting: 4, failed: 0, oldestWaitingMs: NOW });
  await inbox.finish([seqs.get('a') ?? 0]);
  await store.transaction({ about: [] }, (tx) => purgeTeamEvents(tx, 'T1', store));
  expect(await summarizeInbox(store)).toMatchObject({ waiting: 2, oldestWaitingMs: NOW });
  await inbox.finish([seqs.get('c') ?? 0]);
  expect(await summarizeInbox(store)).toMatchObject({ waiting: 1, oldestWaitingMs: NOW + 5 });
  await store.run(
    `insert into inbox (event_id, shard, team_id, type, state, received_at_ms) values ('row', 0, 'T1', 'message', 'ready', ${NOW})`,
  );
  expect(await summarizeInbox(store)).toMatchObject({ waiting: 2, oldestWaitingMs: NOW });
});

it('lets the database count what a full disk keeps in batches: few statements, one row each', async () => {
  const store = await openTestStore();
  await openBatches(store, { batches: 2_000, size: 20, teams: 2 });
  const rows: number[] = [];
  const all = async (sql: string, params?: readonly SqlValue[]) => {
    const found = await store.all(sql, params);
    rows.push(found.length);
    return found;
  };
  const get = async (sql: string, params?: readonly SqlValue[]) => (await all(sql, params))[0];
  const summary = await summarizeInbox({ engine: store.engine, all, get });
  expect(summary).toEqual({ waiting: 40_000, failed: 0, oldestWaitingMs: NOW });
  expect(rows).toEqual([1, 1]);
});
