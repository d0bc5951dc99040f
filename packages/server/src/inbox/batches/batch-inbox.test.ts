/** What the contract of inbox-repository.test.ts does not say: batches that are half done, lost answers, deaths at any moment. */
import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BotServerError } from '../../errors.ts';
import type { SqlValue, Statement, Statements, Transaction, TransactionOptions } from '../../store/store.ts';
import { openTestStore, type TestStore } from '../../store/store-fixture.test-kit.ts';
import { anEnvelope } from '../inbox.test-kit.ts';
import { BatchInbox } from './batch-inbox.ts';
import { RememberedIds } from './remembered-ids.ts';

const NOW = 1_795_000_000_000;
const FAILURE = { code: 'listener_failed', message: 'boom' };

/** A store whose next commits fail, before or after they are made; and an inbox on it. */
async function anInbox() {
  const store = await openTestStore();
  const time = { nowMs: NOW };
  const faults: ('lost' | 'answer lost' | undefined)[] = [];
  const failing = new Proxy<TestStore>(store, {
    get(target, name: keyof TestStore) {
      const value: unknown = target[name];
      if (name === 'together') {
        return async (statements: readonly Statement[]) => {
          const fault = faults.shift();
          const rows = fault === 'lost' ? [] : await target.together(statements);
          if (fault) throw new BotServerError('store_unavailable', fault);
          return rows;
        };
      }
      if (name === 'transaction') {
        return async (options: TransactionOptions, work: (tx: Transaction) => Promise<unknown>) => {
          const fault = faults.shift();
          const result = await target.transaction(options, async (tx) => {
            const done = await work(tx);
            if (fault === 'lost') throw new BotServerError('store_unavailable', fault);
            return done;
          });
          if (fault) throw new BotServerError('store_unavailable', fault);
          return result;
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const open = () => new BatchInbox({ store: failing, clock: { now: () => time.nowMs } });
  return { store, time, faults, open, inbox: open() };
}

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
        if (name === 'get' && isFailing) return () => Promise.reject(new BotServerError('store_unavailable', 'down'));
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

/** What the model knows of an event. */
interface Known {
  seq: number;
  teamId: string;
  state: 'ready' | 'retry' | 'done' | 'failed';
  /** How many processes died while it was unfinished. */
  deaths: number;
}

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const teamOf = (id: string) => (id < 'e' ? 'T1' : 'T2');

const anAction = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('insert' as const), ids: fc.subarray(IDS), waiting: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('finish' as const, 'fail' as const, 'retry' as const),
      ids: fc.subarray(IDS),
    }),
  },
  fc.record({ kind: fc.constant('fault' as const), fault: fc.constantFrom('lost' as const, 'answer lost' as const) }),
  fc.record({ kind: fc.constantFrom('tidy' as const, 'drop' as const, 'replay' as const) }),
  // Often: it takes three for an event to lose its place.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

it('agrees with a plain table after any sequence of commits, failures, moves and restarts', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAction, { maxLength: 25 }), async (actions) => {
      const { store, time, faults, open } = await anInbox();
      let inbox = open();
      const model = new Map<string, Known>();
      // The process at the beginning only takes events; those after it hand out, and each of them dies.
      let handsOut = false;
      const live = (ids: readonly string[]) =>
        ids.filter((id) => ['ready', 'retry'].includes(model.get(id)?.state ?? ''));
      // Each id at most twice, or nothing new would come after a while.
      for (const action of actions) {
        time.nowMs += 1;
        switch (action.kind) {
          case 'insert': {
            const envelopes = action.ids.map((id) => anEnvelope(id, { teamId: teamOf(id) }));
            const answer = await inbox
              .insert(envelopes, { waits: ({ teamId }) => action.waiting && teamId === 'T2' })
              .catch(() => undefined);
            if (answer) expect([...answer.keys()].sort()).toEqual(action.ids.filter((id) => !model.has(id)));
            // After a failure it is the table that says whether they were committed.
            for (const id of action.ids)
              if (!model.has(id) && (answer || (await inbox.find(id))))
                model.set(id, { seq: answer?.get(id) ?? 0, teamId: teamOf(id), state: 'ready', deaths: 0 });
            break;
          }
          case 'finish':
          case 'fail':
          case 'retry':
            for (const id of live(action.ids)) {
              const known = model.get(id);
              if (!known) continue;
              const seq = known.seq || ((await inbox.find(id))?.seq ?? 0);
              const write = () => {
                if (action.kind === 'finish') return inbox.finish([seq]);
                if (action.kind === 'fail') return inbox.fail(seq, FAILURE);
                return inbox.retry(seq, { runAtMs: time.nowMs, failure: FAILURE });
              };
              // As settlements.ts does it: again, until it is written.
              while (
                !(await write().then(
                  () => true,
                  () => false,
                ))
              );
              known.state = action.kind === 'finish' ? 'done' : action.kind === 'fail' ? 'failed' : 'retry';
            }
            break;
          case 'fault':
            if (faults.length === 0) faults.push(action.fault);
            break;
          case 'tidy':
            time.nowMs += 10_000;
            await inbox.tidy().catch(() => {});
            break;
          case 'restart':
            faults.length = 0;
            inbox = open();
            await inbox.takeOver(`process at ${time.nowMs}`);
            for (const id of handsOut ? live([...model.keys()]) : []) {
              const known = model.get(id);
              // An event whose processes died twice may be the reason: it leaves the order.
              if (known && ++known.deaths >= 2) known.state = 'retry';
            }
            handsOut = true;
            break;
          case 'drop':
            faults.length = 0;
            await inbox.dropTeam('T1');
            for (const known of model.values())
              if (known.teamId === 'T1' && known.state !== 'failed') known.state = 'done';
            break;
          case 'replay':
            await inbox.replay({});
            for (const known of model.values())
              if (known.state === 'failed') Object.assign(known, { state: 'retry', deaths: 0 });
        }
      }
      faults.length = 0;
      const expected = Object.fromEntries(Array.from(model, ([id, { state }]) => [id, state]));
      expect(await statesOf(inbox)).toEqual(expected);
      for (const teamId of ['T1', 'T2']) {
        const ready = Array.from(model).filter(([, known]) => known.teamId === teamId && known.state === 'ready');
        expect((await readyOf(inbox, teamId)).sort()).toEqual(ready.map(([id]) => id).sort());
      }
      // A process that starts now finds the same.
      const next = open();
      expect((await next.insert(IDS.map((id) => anEnvelope(id)))).size).toBe(IDS.length - model.size);
      await store.close();
    }),
    { numRuns: 40 },
  );
});

const aFate = fc.record({
  outcome: fc.constantFrom('finish' as const, 'fail' as const, 'retry' as const, 'nothing' as const),
  waiting: fc.boolean(),
  deliveries: fc.array(fc.nat(6), { minLength: 1, maxLength: 3 }),
  outcomeAfter: fc.nat(6),
});
const aFault = fc.option(fc.constantFrom('lost' as const, 'answer lost' as const), { freq: 3, nil: undefined });

it('gives each event one number, one place and one end, whatever happens at the same time and fails', {
  timeout: 180_000,
}, async () => {
  const scene = fc.record({
    fates: fc.array(aFate, { minLength: 1, maxLength: 12 }),
    faults: fc.array(aFault, { maxLength: 20 }),
    tidies: fc.array(fc.nat(12), { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ fates, faults: planned, tidies }) => {
      const { store, time, faults, inbox, open } = await anInbox();
      await insert(inbox, ['warm']);
      faults.push(...planned);
      const numbers: number[] = [];
      const lives = fates.map(async ({ outcome, waiting, deliveries, outcomeAfter }, n) => {
        const id = `e${n}`;
        const envelope = anEnvelope(id, { teamId: `T${n % 2}` });
        await Promise.all(
          deliveries.map(async (turns) => {
            await eventLoopTurns(turns);
            const seqs = await untilWritten(() => inbox.insert([envelope], { waits: () => waiting }));
            numbers.push(...seqs.values());
          }),
        );
        const seq = (await inbox.find(id))?.seq ?? 0;
        await eventLoopTurns(outcomeAfter);
        if (outcome === 'finish') await untilWritten(() => inbox.finish([seq]));
        if (outcome === 'fail') await untilWritten(() => inbox.fail(seq, FAILURE));
        if (outcome === 'retry') await untilWritten(() => inbox.retry(seq, { runAtMs: 1, failure: FAILURE }));
      });
      const tidying = tidies.map(async (turns) => {
        await eventLoopTurns(turns);
        time.nowMs += 10_000;
        await inbox.tidy().catch(() => {});
      });
      await Promise.all([...lives, ...tidying]);
      faults.length = 0;
      expect(new Set(numbers).size).toBe(numbers.length);
      const states = { finish: 'done', fail: 'failed', retry: 'retry', nothing: 'ready' } as const;
      const expected = Object.fromEntries(fates.map(({ outcome }, n) => [`e${n}`, states[outcome]]));
      const entries = await inbox.list({ limit: 100 });
      expect(entries).toHaveLength(fates.length + 1);
      expect(await statesOf(inbox)).toEqual({ ...expected, warm: 'ready' });
      const next = open();
      await next.takeOver('next');
      expect(await statesOf(next)).toEqual({ ...expected, warm: 'ready' });
      await store.close();
    }),
    { numRuns: 40 },
  );
});

/** As settlements.ts and Slack do it: again, until it works. */
async function untilWritten<T>(write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch {}
  }
}

async function eventLoopTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

async function insert(inbox: BatchInbox, ids: readonly string[]): Promise<number[]> {
  return [...(await inbox.insert(ids.map((id) => anEnvelope(id)))).values()];
}

async function statesOf(inbox: BatchInbox): Promise<Record<string, string>> {
  return Object.fromEntries((await inbox.list({ limit: 100 })).map(({ eventId, state }) => [eventId, state]));
}

async function readyOf(inbox: BatchInbox, teamId: string): Promise<string[]> {
  return (await inbox.ready(teamId, { afterSeq: 0, limit: 100 })).map(({ envelope }) => envelope.id);
}
