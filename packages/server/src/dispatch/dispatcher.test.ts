import { beforeEach, describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { anEnvelope, overriding } from '../inbox/inbox.test-kit.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { Dispatcher } from './dispatcher.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import type { EventHandling } from './dropped-events.ts';
import { KEPT_MAX_MS } from './dropped-events.ts';

let clock: TestClock;
let inbox: Inbox;
let started: string[];
let attempts: number[];
let failed: { id: string; error: unknown }[];
let lifecycle: string[];
let handling: Record<string, EventHandling>;
/** What the rows say when they are asked before an event is dropped. */
let rows: Record<string, EventHandling>;
/** Ends a running listener by event id. */
let ends: Map<string, (error?: Error) => void>;

beforeEach(async () => {
  clock = new TestClock(1_795_000_000_000);
  started = [];
  attempts = [];
  failed = [];
  lifecycle = [];
  handling = {};
  rows = {};
  ends = new Map();
  inbox = createInbox({ store: await openTestStore({ clock }), clock });
});

describe('the dispatcher', () => {
  it('hands an event to the listeners once, however often it comes', async () => {
    const dispatcher = await newDispatcher();
    await Promise.all([dispatcher.accept(anEnvelope('e1')), dispatcher.accept(anEnvelope('e1'))]);
    await end('e1');
    await clock.advance(100);
    await dispatcher.accept(anEnvelope('e1'));
    await clock.settle();
    expect(started).toEqual(['e1']);
  });

  it('starts the events of one conversation in order, and those of others at the same time', async () => {
    const dispatcher = await newDispatcher();
    for (const [id, orderKey] of [
      ['a1', 'C1'],
      ['a2', 'C1'],
      ['b1', 'C2'],
      ['n1', undefined],
    ] as const) {
      await dispatcher.accept(anEnvelope(id, { orderKey }));
    }
    await clock.settle();
    expect(started).toEqual(['a1', 'b1', 'n1']);
    await end('a1');
    expect(started).toEqual(['a1', 'b1', 'n1', 'a2']);
  });

  it('starts the events of one conversation at the same time when order is off', async () => {
    const dispatcher = await newDispatcher({ isOrdered: false });
    for (const id of ['a1', 'a2']) await dispatcher.accept(anEnvelope(id, { orderKey: 'C1' }));
    await clock.settle();
    expect(started).toEqual(['a1', 'a2']);
  });

  it('lets the next event of a conversation start when one takes longer than 10 s', async () => {
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('a1', { orderKey: 'C1' }));
    await dispatcher.accept(anEnvelope('a2', { orderKey: 'C1' }));
    await clock.advance(9_900);
    expect(started).toEqual(['a1']);
    await clock.advance(100);
    expect(started).toEqual(['a1', 'a2']);
  });

  it('fails an event whose listeners never settle after five minutes and frees its slot', async () => {
    const dispatcher = await newDispatcher({ perTeam: 1 });
    await dispatcher.accept(anEnvelope('a1'));
    await dispatcher.accept(anEnvelope('a2'));
    await clock.advance(300_000);
    expect(failed).toMatchObject([{ id: 'a1', error: { code: 'handler_timed_out' } }]);
    expect(started).toEqual(['a1', 'a2']);
    expect(await inbox.find('a1')).toMatchObject({ state: 'failed', error: { code: 'handler_timed_out' } });
  });

  it('keeps a failed event with what went wrong, and goes on with the next of its conversation', async () => {
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('a1', { orderKey: 'C1' }));
    await dispatcher.accept(anEnvelope('a2', { orderKey: 'C1' }));
    await end('a1', new Error('boom'));
    expect(failed.map(({ id }) => id)).toEqual(['a1']);
    expect(started).toEqual(['a1', 'a2']);
    expect(await inbox.find('a1')).toMatchObject({
      state: 'failed',
      error: { code: 'listener_failed', message: 'boom' },
      payload: JSON.stringify({ of: 'a1' }),
    });
  });

  it('does not let a team with thousands of waiting events delay another', async () => {
    const dispatcher = await newDispatcher({ perTeam: 5, perProcess: 20 });
    await Promise.all(Array.from({ length: 3_000 }, (_, i) => dispatcher.accept(anEnvelope(`busy${i}`))));
    await dispatcher.accept(anEnvelope('quiet', { teamId: 'T2' }));
    await clock.settle();
    expect(started).toContain('quiet');
    expect(started.filter((id) => id.startsWith('busy'))).toHaveLength(5);
  });

  it('hands out the event of one team at once while 100,000 of another wait in the store and its listeners never settle', async () => {
    for (let page = 0; page < 500; page++) {
      await inbox.insert(Array.from({ length: 200 }, (_, i) => anEnvelope(`busy${page}.${i}`)));
    }
    const dispatcher = await newDispatcher();
    expect(dispatcher.counts).toMatchObject({ running: 20 });
    expect(dispatcher.counts.waiting).toBeLessThan(1_000);
    await dispatcher.accept(anEnvelope('quiet', { teamId: 'T2' }));
    expect(started.slice(20)).toEqual(['quiet']);
    await end('quiet');
    await clock.advance(100);
    expect(await inbox.find('quiet')).toMatchObject({ state: 'done' });
  });

  it('gives each team its turn when the whole process is busy', async () => {
    const dispatcher = await newDispatcher({ perProcess: 1, reserve: 0 });
    for (const id of ['x1', 'x2', 'x3']) await dispatcher.accept(anEnvelope(id));
    await dispatcher.accept(anEnvelope('y1', { teamId: 'T2' }));
    for (const id of ['x1', 'y1', 'x2']) await end(id);
    expect(started).toEqual(['x1', 'y1', 'x2', 'x3']);
  });

  it('holds few events of a team in memory and reads the others from the store, in order', async () => {
    const dispatcher = await newDispatcher({ inMemoryPerTeam: 10, perTeam: 1 });
    const ids = Array.from({ length: 450 }, (_, i) => `e${i}`);
    for (const id of ids) await dispatcher.accept(anEnvelope(id, { orderKey: 'C1' }));
    expect(dispatcher.counts.waiting).toBeLessThan(20);
    for (const id of ids) await end(id);
    expect(started).toEqual(ids);
    await clock.advance(100);
    expect(await inbox.teamsWithReady()).toEqual([]);
  });

  it('hands typing and presence out without storing them, and drops them for a team in doubt', async () => {
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('typing', { isEphemeral: true }));
    handling.T1 = 'keep';
    await dispatcher.accept(anEnvelope('typing2', { isEphemeral: true }));
    await clock.settle();
    expect(started).toEqual(['typing']);
    expect(await inbox.list({ limit: 10 })).toEqual([]);
  });
});

describe('teams that do not answer', () => {
  it('keeps the events of a team in doubt and delivers them when the doubt is over', async () => {
    handling.T1 = 'keep';
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await clock.settle();
    expect(started).toEqual([]);
    handling.T1 = 'hand_out';
    dispatcher.changed('T1');
    await clock.settle();
    expect(started).toEqual(['e1']);
  });

  it('drops what a team was sent more than a day ago while it was in doubt', async () => {
    handling.T1 = 'keep';
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('old'));
    await clock.leap(KEPT_MAX_MS);
    await dispatcher.accept(anEnvelope('new'));
    await clock.leap(1);
    await dispatcher.dropExpired();
    handling.T1 = 'hand_out';
    dispatcher.changed('T1');
    await clock.advance(0);
    await clock.settle();
    expect(started).toEqual(['new']);
    expect(dispatcher.counts.dropped).toBe(1);
  });

  it('drops the events of a team that is deactivated, waiting ones and new ones', async () => {
    handling.T1 = 'keep';
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    handling.T1 = 'drop';
    dispatcher.changed('T1');
    await dispatcher.accept(anEnvelope('e2'));
    await clock.settle();
    handling.T1 = 'hand_out';
    dispatcher.changed('T1');
    await clock.settle();
    expect(started).toEqual([]);
    expect(await inbox.find('e1')).toMatchObject({ state: 'done', payload: null });
    expect(await inbox.find('e2')).toBeUndefined();
  });

  it('takes the event of a team that came back a moment ago', async () => {
    handling.T1 = 'drop';
    rows.T1 = 'hand_out';
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await clock.settle();
    expect(started).toEqual(['e1']);
  });

  it.each(['hand_out', 'drop'] as const)(
    'tells the judge and the listeners of an uninstall of a team that is %s',
    async (state) => {
      handling.T1 = state;
      const dispatcher = await newDispatcher();
      await dispatcher.accept(anEnvelope('gone', { type: 'app_uninstalled' }));
      await clock.settle();
      expect(started).toEqual(['gone']);
      expect(lifecycle).toEqual(['app_uninstalled']);
    },
  );

  it('tells the judge of a recent uninstall again after a restart', async () => {
    const first = await newDispatcher();
    await first.accept(anEnvelope('gone', { type: 'app_uninstalled' }));
    await end('gone');
    await stopped(first);
    lifecycle = [];
    await newDispatcher();
    expect(lifecycle).toEqual(['app_uninstalled']);
  });
});

describe('a start after', () => {
  it('a drain hands out what was left, with attempt 1 for what was not begun and 2 for what was', async () => {
    const first = await newDispatcher({ perTeam: 1 });
    for (const id of ['begun', 'waiting']) await first.accept(anEnvelope(id, { orderKey: 'C1' }));
    await clock.settle();
    expect(await stopped(first)).toEqual({ unfinished: 2 });
    started = [];
    attempts = [];
    await newDispatcher();
    await end('begun');
    expect(started).toEqual(['begun', 'waiting']);
    expect(attempts).toEqual([2, 1]);
  });

  it('a death hands out everything unfinished with one more attempt, in order', async () => {
    const first = await newDispatcher();
    for (const id of ['a1', 'a2', 'a3']) await first.accept(anEnvelope(id, { orderKey: 'C1' }));
    await end('a1');
    await clock.advance(100);
    started = [];
    attempts = [];
    await newDispatcher();
    await end('a2');
    expect(started).toEqual(['a2', 'a3']);
    expect(attempts).toEqual([2, 2]);
  });

  it('a second death runs what is left one at a time, and fails what dies twice alone as poison', async () => {
    const first = await newDispatcher();
    for (const id of ['poison', 'good']) await first.accept(anEnvelope(id));
    for (let death = 1; death <= 2; death++) await newDispatcher();
    started = [];
    attempts = [];
    await newDispatcher();
    // Alone from here on: the other one waits until it has ended.
    expect(started).toEqual(['poison']);
    await newDispatcher();
    expect(await inbox.find('poison')).toMatchObject({ state: 'failed', error: { code: 'poison' } });
    await end('good');
    expect(started).toEqual(['poison', 'good']);
    expect(attempts).toEqual([4, 5]);
  });

  it('several deaths does not count one that an event which runs for long has nothing to do with', async () => {
    const first = await newDispatcher();
    await first.accept(anEnvelope('long'));
    for (let death = 1; death <= 5; death++) {
      await newDispatcher();
      await clock.advance(11_000);
    }
    expect(await inbox.find('long')).toMatchObject({ state: 'retry', attempts: 5 });
  });
});

describe('failed events', () => {
  it('are tried again by themselves only when that is asked for, then with a growing wait', async () => {
    const dispatcher = await newDispatcher({ maxAttempts: 3, retryMs: 60_000 });
    await dispatcher.accept(anEnvelope('e1'));
    await end('e1', new Error('first'));
    await clock.advance(58_000);
    expect(started).toHaveLength(1);
    await clock.advance(4_000);
    expect(attempts).toEqual([1, 2]);
    await end('e1', new Error('second'));
    await clock.advance(124_000);
    expect(attempts).toEqual([1, 2, 3]);
    await end('e1', new Error('third'));
    expect(await inbox.find('e1')).toMatchObject({ state: 'failed', error: { message: 'third' } });
  });

  it('run again when they are replayed, beside their conversation', async () => {
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('e1', { orderKey: 'C1' }));
    await end('e1', new Error('boom'));
    await dispatcher.accept(anEnvelope('e2', { orderKey: 'C1' }));
    await clock.settle();
    expect(await inbox.replay({ eventId: 'e1' })).toBe(1);
    await clock.advance(1_100);
    expect(started).toEqual(['e1', 'e2', 'e1']);
    expect(attempts).toEqual([1, 1, 2]);
    await end('e1');
    await clock.advance(100);
    expect(await inbox.find('e1')).toMatchObject({ state: 'done', payload: null });
  });

  it('are gone when they are discarded, and a redelivery of them too', async () => {
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await end('e1', new Error('boom'));
    expect(await inbox.discard({ teamId: 'T1' })).toBe(1);
    await dispatcher.accept(anEnvelope('e1'));
    await clock.advance(2_000);
    expect(started).toEqual(['e1']);
  });
});

describe('a store that fails', () => {
  it('refuses events while it fails, and hands out what it kept all the same', async () => {
    const whole = inbox;
    let isBroken = false;
    const insert = async (envelopes: readonly Envelope[]) => {
      const seqs = await whole.insert(envelopes);
      if (isBroken) throw new BotServerError('store_unavailable', 'the answer was lost');
      return seqs;
    };
    inbox = overriding(whole, { insert });
    const dispatcher = await newDispatcher();
    isBroken = true;
    await expect(dispatcher.accept(anEnvelope('e1'))).rejects.toMatchObject({ code: 'store_unavailable' });
    isBroken = false;
    await clock.advance(1_000);
    expect(started).toEqual(['e1']);
    await dispatcher.accept(anEnvelope('e1'));
    await clock.settle();
    expect(started).toEqual(['e1']);
  });

  it('does not run an event again because its end could not be written', async () => {
    const whole = inbox;
    let failures = 3;
    const finish = async (seqs: readonly number[]) => {
      if (failures-- > 0) throw new BotServerError('store_unavailable', 'full');
      await whole.finish(seqs);
    };
    inbox = overriding(whole, { finish });
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await end('e1');
    await clock.advance(5_000);
    expect(started).toEqual(['e1']);
    expect(await inbox.find('e1')).toMatchObject({ state: 'done' });
  });
});

describe('a store that several connections look into', () => {
  it('hands an event out once although the table shows it before its commit is answered', async () => {
    const whole = inbox;
    const answer = Promise.withResolvers<void>();
    const insert = async (envelopes: readonly Envelope[]) => {
      const seqs = await whole.insert(envelopes);
      if (envelopes.some(({ id }) => id === 'late')) await answer.promise;
      return seqs;
    };
    inbox = overriding(whole, { insert });
    // One in memory: the second one waits in the table and is looked for when the first ends.
    const dispatcher = await newDispatcher({ inMemoryPerTeam: 1, perTeam: 1 });
    for (const id of ['a', 'b', 'c']) await dispatcher.accept(anEnvelope(id));
    const late = dispatcher.accept(anEnvelope('late'));
    for (const id of ['a', 'b', 'c']) await end(id);
    answer.resolve();
    await late;
    await end('late');
    await clock.advance(5_000);
    expect(started).toEqual(['a', 'b', 'c', 'late']);
    expect(await inbox.find('late')).toMatchObject({ state: 'done' });
  });
});

describe('stopping', () => {
  it('waits for running listeners, at most the grace period, and says how many were left', async () => {
    const dispatcher = await newDispatcher();
    await dispatcher.accept(anEnvelope('ends'));
    await dispatcher.accept(anEnvelope('hangs'));
    await clock.settle();
    const ending = dispatcher.stop({ graceMs: 1_000 });
    ends.get('ends')?.();
    await expect(dispatcher.accept(anEnvelope('late'))).rejects.toMatchObject({ code: 'server_stopped' });
    await clock.advance(1_000);
    expect(await ending).toEqual({ unfinished: 1 });
    expect(started).toEqual(['ends', 'hangs']);
    expect(await inbox.find('ends')).toMatchObject({ state: 'done' });
  });
});

/** A process on the same inbox; one that was not stopped before died. */
async function newDispatcher(options: DispatcherOptions = {}): Promise<Dispatcher> {
  const dispatcher = new Dispatcher({
    inbox,
    handle: ({ id }, { attempt }) =>
      new Promise((resolve, reject) => {
        started.push(id);
        attempts.push(attempt);
        ends.set(id, (error) => (error ? reject(error) : resolve()));
      }),
    shardOf: () => 0,
    handlingOf: (teamId) => handling[teamId] ?? 'hand_out',
    recheck: (teamId) => {
      const seen = rows[teamId] ?? handling[teamId] ?? 'hand_out';
      handling[teamId] = seen;
      return Promise.resolve(seen);
    },
    onLifecycleEvent: ({ type }) => lifecycle.push(type),
    onFailure: ({ id }, error) => failed.push({ id, error }),
    describe: (error) => ({
      code: error instanceof BotServerError ? error.code : 'listener_failed',
      message: (error as Error).message,
    }),
    clock,
    log: { info() {}, warn() {}, error() {}, debug() {} },
    options,
  });
  await dispatcher.takeOver(`owner ${Math.random()}`);
  await dispatcher.begin();
  await clock.advance(0);
  await clock.settle();
  return dispatcher;
}

/** Lets the listener of the event settle, and what follows happen. */
async function end(id: string, error?: Error): Promise<void> {
  await clock.settle();
  ends.get(id)?.(error);
  await clock.settle();
}

async function stopped(dispatcher: Dispatcher): Promise<{ unfinished: number }> {
  const ending = dispatcher.stop({ graceMs: 100 });
  await clock.advance(100);
  return await ending;
}
