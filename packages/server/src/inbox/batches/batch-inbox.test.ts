/** What the contract of inbox-repository.test.ts does not say: batches that are half done, and lost answers. */
import { describe, expect, it } from 'vitest';
import { BotServerError } from '../../errors.ts';
import type { SqlValue } from '../../store/store.ts';
import type { TestStore } from '../../store/store-fixture.test-kit.ts';
import { anEnvelope } from '../inbox.test-kit.ts';
import { anInbox, FAILURE, insert, NOW, readyOf, statesOf } from './batch-inbox.test-kit.ts';
import { BatchInbox } from './batch-inbox.ts';

describe('events in batches', () => {
  it('stay in one row for all of a commit until they are done, and then leave their ids only', async () => {
    const { store, inbox } = await anInbox();
    const seqs = await insert(inbox, ['a', 'b', 'c']);
    const counts = async () =>
      await store.get(`select (select count(*) from inbox) as own, (select count(*) from inbox_batch) as batches,
        (select count(*) from inbox_batch_payload) as bodies, (select count(*) from inbox_batch_done) as marks`);
    expect(await counts()).toEqual({ own: 0, batches: 1, bodies: 1, marks: 0 });
    await inbox.finish(seqs.slice(0, 2));
    expect(await counts()).toEqual({ own: 0, batches: 1, bodies: 1, marks: 1 });
    expect(await statesOf(inbox)).toEqual({ a: 'done', b: 'done', c: 'ready' });
    expect(await inbox.find('c')).toMatchObject({ state: 'ready', payload: '{"of":"c"}' });
    await inbox.finish(seqs.slice(2));
    expect(await counts()).toEqual({ own: 0, batches: 1, bodies: 0, marks: 0 });
    expect((await inbox.insert([anEnvelope('b')])).size).toBe(0);
  });

  it('get a row of their own after ten seconds, with their number and body', async () => {
    const { store, time, inbox } = await anInbox();
    const [, second] = await insert(inbox, ['a', 'b', 'c']);
    await inbox.finish([second ?? 0]);
    time.nowMs += 9_999;
    await insert(inbox, ['young']);
    await inbox.tidy();
    expect(await store.all('select * from inbox')).toEqual([]);
    time.nowMs += 1;
    await inbox.tidy();
    const rows = await store.all('select seq, event_id, received_at_ms from inbox order by seq');
    expect(rows.map(({ seq, event_id }) => [seq, event_id])).toEqual([
      [1, 'a'],
      [3, 'c'],
    ]);
    expect(rows.map(({ received_at_ms }) => received_at_ms)).toEqual([NOW, NOW]);
    expect(await statesOf(inbox)).toEqual({ a: 'ready', b: 'done', c: 'ready', young: 'ready' });
    expect(await inbox.find('c')).toMatchObject({ payload: '{"of":"c"}' });
    await inbox.finish([1, 3]);
    expect(await statesOf(inbox)).toEqual({ a: 'done', b: 'done', c: 'done', young: 'ready' });
  });

  it('are set aside, and not dropped, when what is known of them cannot be read', async () => {
    const { store, inbox } = await anInbox();
    await insert(inbox, ['a', 'b']);
    await store.run("update inbox_batch set entries = '[7, 2'");
    // The process died: the next one finds the batch.
    const next = new BatchInbox({ store, clock: { now: () => NOW } });
    expect(await next.teamsWithReady()).toEqual([]);
    const [failed] = await next.list({ state: 'failed', limit: 10 });
    expect(failed).toMatchObject({ eventId: 'batch-1', error: { code: 'unreadable' } });
    expect(await next.find('batch-1')).toMatchObject({ state: 'failed', payload: '{"of":"a"}{"of":"b"}' });
    expect(await store.all('select * from inbox_batch_payload')).toEqual([]);
  });

  it('have a row of their own from the start when they wait, and when they are about the installation', async () => {
    const { store, inbox } = await anInbox();
    const envelopes = [
      anEnvelope('a'),
      anEnvelope('busy', { teamId: 'T2' }),
      anEnvelope('gone', { type: 'app_uninstalled' }),
    ];
    await inbox.insert(envelopes, { waits: ({ teamId }) => teamId === 'T2' });
    const rows = await store.all('select event_id from inbox order by seq');
    expect(rows.map(({ event_id }) => event_id)).toEqual(['busy', 'gone']);
    expect(await readyOf(inbox, 'T1')).toEqual(['a', 'gone']);
  });

  it('are known while their first commit is under way', async () => {
    const { inbox } = await anInbox();
    await insert(inbox, ['warm']);
    const both = await Promise.all([inbox.insert([anEnvelope('a')]), inbox.insert([anEnvelope('a'), anEnvelope('b')])]);
    expect(both.map((seqs) => [...seqs.keys()])).toEqual([['a'], ['b']]);
    expect(await readyOf(inbox, 'T1')).toEqual(['warm', 'a', 'b']);
  });

  it('that are known hold up nobody: what is new is committed while the tables are asked', async () => {
    const { store } = await anInbox();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let isHeld = false;
    const slowReads = new Proxy<TestStore>(store, {
      get(target, name: keyof TestStore) {
        const value: unknown = target[name];
        if (name !== 'get') return typeof value === 'function' ? value.bind(target) : value;
        return async (sql: string, params?: readonly SqlValue[]) => {
          if (isHeld) await answered;
          return await target.get(sql, params);
        };
      },
    });
    const inbox = new BatchInbox({ store: slowReads, clock: { now: () => NOW } });
    await insert(inbox, ['known']);
    isHeld = true;
    const mixed = inbox.insert([anEnvelope('known'), anEnvelope('new')]);
    expect([...(await inbox.insert([anEnvelope('other')])).keys()]).toEqual(['other']);
    expect(await readyOf(inbox, 'T1')).toEqual(['known', 'new', 'other']);
    answer();
    expect([...(await mixed).keys()]).toEqual(['new']);
    expect([...(await inbox.insert([anEnvelope('known')])).keys()]).toEqual([]);
  });

  it('are not lost when the question about a repeat beside them fails, nor is what was finished', async () => {
    const { store } = await anInbox();
    let isFailing = false;
    const failing = new Proxy<TestStore>(store, {
      get(target, name: keyof TestStore) {
        const value: unknown = target[name];
        if (name === 'all' && isFailing) return () => Promise.reject(new BotServerError('store_unavailable', 'down'));
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const inbox = new BatchInbox({ store: failing, clock: { now: () => NOW } });
    const seqs = await insert(inbox, ['known', 'done']);
    isFailing = true;
    const finish = seqs.slice(1);
    await expect(inbox.insert([anEnvelope('known'), anEnvelope('new')], { finish })).rejects.toThrow('down');
    isFailing = false;
    expect(await readyOf(inbox, 'T1')).toEqual(['known', 'new']);
    // As the sender and the settlements do: everything comes again.
    expect((await inbox.insert([anEnvelope('known'), anEnvelope('new')], { finish })).size).toBe(0);
    expect(await statesOf(inbox)).toEqual({ known: 'ready', done: 'done', new: 'ready' });
  });

  it('whose commit fails beside a repeat say so, and are taken when they come again', async () => {
    const { faults, inbox } = await anInbox();
    await insert(inbox, ['known']);
    faults.push('lost');
    await expect(inbox.insert([anEnvelope('known'), anEnvelope('new')])).rejects.toThrow('lost');
    expect([...(await inbox.insert([anEnvelope('known'), anEnvelope('new')])).keys()]).toEqual(['new']);
    expect(await readyOf(inbox, 'T1')).toEqual(['known', 'new']);
  });

  it('that were committed although the answer was lost are found, and not taken twice', async () => {
    const { faults, inbox } = await anInbox();
    await insert(inbox, ['warm']);
    faults.push('answer lost');
    await expect(insert(inbox, ['a', 'b'])).rejects.toThrow('answer lost');
    expect(await insert(inbox, ['b', 'c'])).toHaveLength(1);
    expect(await readyOf(inbox, 'T1')).toEqual(['warm', 'a', 'b', 'c']);
  });

  it('are done in the end although it could not be written the first time', async () => {
    const { faults, inbox, open } = await anInbox();
    const seqs = await insert(inbox, ['a', 'b']);
    faults.push('lost', 'answer lost');
    await expect(inbox.finish(seqs)).rejects.toThrow('lost');
    await expect(inbox.finish(seqs)).rejects.toThrow('lost');
    await inbox.finish(seqs);
    expect(await readyOf(open(), 'T1')).toEqual([]);
  });

  it('are done in both places when it is unknown whether they got rows of their own', async () => {
    const { time, faults, inbox, open } = await anInbox();
    const [a = 0, b = 0] = await insert(inbox, ['a', 'b', 'c']);
    time.nowMs += 10_000;
    faults.push('answer lost');
    await expect(inbox.tidy()).rejects.toThrow('answer lost');
    await inbox.finish([a]);
    await inbox.fail(b, FAILURE);
    expect(await readyOf(inbox, 'T1')).toEqual(['c']);
    expect(await statesOf(inbox)).toEqual({ a: 'done', b: 'failed', c: 'ready' });
    expect(await readyOf(open(), 'T1')).toEqual(['c']);
  });

  it('keep what one does to them while they get rows of their own', async () => {
    const { time, inbox } = await anInbox();
    const [a = 0, b = 0, c = 0] = await insert(inbox, ['a', 'b', 'c', 'd']);
    time.nowMs += 10_000;
    await Promise.all([
      inbox.tidy(),
      inbox.finish([a]),
      inbox.fail(b, FAILURE),
      inbox.retry(c, { runAtMs: 1, failure: FAILURE }),
    ]);
    expect(await statesOf(inbox)).toEqual({ a: 'done', b: 'failed', c: 'retry', d: 'ready' });
  });
});
