/** What the inbox answers while batches become rows of their own, and while a process that died left some half done. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BotServerError } from '../../errors.ts';
import type { SqlValue, Statements, Transaction, TransactionOptions } from '../../store/store.ts';
import type { TestStore } from '../../store/store-fixture.test-kit.ts';
import { anEnvelope } from '../inbox.test-kit.ts';
import { anInbox, insert, NOW, readyOf, statesOf } from './batch-inbox.test-kit.ts';
import { BatchInbox } from './batch-inbox.ts';
import { RememberedIds } from './remembered-ids.ts';

describe('the inbox beside batches that move', () => {
  it('shows each event once, wherever it is', async () => {
    const { store, time, inbox } = await anInbox();
    await insert(inbox, ['a', 'b']);
    time.nowMs += 10_000;
    // As the command line of another process does it: between two of its looks the server moves them.
    const moving = new Proxy(store, {
      get(target, name: keyof TestStore) {
        const value: unknown = target[name];
        if (name !== 'all' && name !== 'get') return typeof value === 'function' ? value.bind(target) : value;
        return async (sql: string, params: SqlValue[]) => {
          const rows: unknown = await target[name](sql, params);
          await inbox.tidy();
          return rows;
        };
      },
    });
    const beside = new BatchInbox({ store: moving, clock: { now: () => time.nowMs } });
    expect((await beside.list({ limit: 10 })).map(({ eventId }) => eventId)).toEqual(['b', 'a']);
    await insert(inbox, ['c']);
    time.nowMs += 10_000;
    expect(await beside.find('c')).toMatchObject({ state: 'ready', payload: '{"of":"c"}' });
  });

  it('passes no event over that left memory while rows were read, because its move failed', async () => {
    const { store, time, inbox } = await anInbox();
    await insert(inbox, ['old']);
    time.nowMs += 10_000;
    await insert(inbox, ['young']);
    let ready: Promise<string[]> | undefined;
    const whole = store.transaction.bind(store);
    vi.spyOn(store, 'transaction').mockImplementationOnce((options, work) =>
      whole(options, async (tx) => {
        await work(tx);
        ready = (async () => {
          // Behind the rollback, before memory hears of it.
          for (let tick = 0; tick < 20; tick++) await Promise.resolve();
          return await readyOf(inbox, 'T1');
        })();
        throw new BotServerError('store_unavailable', 'lost');
      }),
    );
    await expect(inbox.tidy()).rejects.toThrow('lost');
    expect(await ready).toEqual(['old', 'young']);
  });

  it('gives no number twice, although everything was forgotten before a start', async () => {
    const { time, inbox, open } = await anInbox();
    const [a = 0, b = 0] = await insert(inbox, ['a', 'b']);
    await inbox.finish([a, b]);
    time.nowMs += 1;
    expect(await inbox.prune({ doneBeforeMs: time.nowMs, failedBeforeMs: 0 })).toBe(2);
    expect(await statesOf(inbox)).toEqual({});
    expect(await insert(open(), ['a'])).toEqual([b + 1]);
  });

  it('takes the event that no listener saw because asking whether it waits failed', async () => {
    const { inbox } = await anInbox();
    const [first = 0] = await insert(inbox, ['first']);
    const waits = () => {
      throw new Error('no');
    };
    await expect(inbox.insert([anEnvelope('a')], { finish: [first], waits })).rejects.toThrow('no');
    expect((await inbox.insert([anEnvelope('a')], { finish: [first] })).size).toBe(1);
    expect(await statesOf(inbox)).toEqual({ first: 'done', a: 'ready' });
  });

  it('tells events apart whose ids look the same in memory', async () => {
    const { inbox } = await anInbox();
    const [, second = 0] = await insert(inbox, ['a', 'b']);
    vi.spyOn(RememberedIds.prototype, 'find').mockReturnValue([second]);
    onTestFinished(() => void vi.restoreAllMocks());
    expect([...(await inbox.insert(['b', 'c', 'd'].map((id) => anEnvelope(id)))).keys()]).toEqual(['c', 'd']);
  });

  it.each(["'", '"],["', 'é😀\u2028', '%_', '\u0000', 'x'.repeat(10_000)])(
    'finds the event with the id %j',
    async (id) => {
      const { inbox } = await anInbox();
      const seqs = await insert(inbox, ['a', id]);
      expect(await inbox.find(id)).toMatchObject({ eventId: id, state: 'ready' });
      await inbox.finish(seqs);
      expect(await inbox.find(id)).toMatchObject({ eventId: id, state: 'done' });
      expect((await inbox.insert([anEnvelope(id)])).size).toBe(0);
    },
  );

  it('starts with whatever a process that died had left, in transactions of bounded size', async () => {
    const { store, inbox } = await anInbox();
    for (let flush = 0; flush < 70; flush++) await insert(inbox, [`a${flush}`, `b${flush}`]);
    let most = 0;
    const counting = new Proxy(store, {
      get(target, name: keyof TestStore) {
        const value: unknown = target[name];
        if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
        return (options: TransactionOptions, work: (tx: Transaction) => Promise<unknown>) =>
          target.transaction(options, async (tx) => {
            let runs = 0;
            const run = (...args: Parameters<Statements['run']>) => {
              most = Math.max(most, ++runs);
              return tx.run(...args);
            };
            return await work({ ...tx, run });
          });
      },
    });
    const next = new BatchInbox({ store: counting, clock: { now: () => NOW } });
    expect(await next.takeOver('next')).toMatchObject({ unfinished: 140 });
    expect(most).toBeLessThan(200);
  });
});
