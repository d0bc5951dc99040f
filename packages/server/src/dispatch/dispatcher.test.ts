import { beforeEach, describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { anEnvelope, overriding } from '../inbox/inbox.test-kit.ts';
import { DispatcherRig } from './dispatcher.test-kit.ts';
import type { Dispatcher } from './dispatcher.ts';
import { KEPT_MAX_MS } from './dropped-events.ts';

let rig: DispatcherRig;
beforeEach(async () => {
  rig = await DispatcherRig.open();
});

describe('the dispatcher', () => {
  it('hands an event to the listeners once, however often it comes', async () => {
    const dispatcher = await rig.dispatcher();
    await Promise.all([dispatcher.accept(anEnvelope('e1')), dispatcher.accept(anEnvelope('e1'))]);
    await rig.end('e1');
    await rig.clock.advance(100);
    await dispatcher.accept(anEnvelope('e1'));
    await rig.clock.settle();
    expect(rig.started).toEqual(['e1']);
  });

  it('starts the events of one conversation in order, and those of others at the same time', async () => {
    const dispatcher = await rig.dispatcher();
    for (const [id, orderKey] of [
      ['a1', 'C1'],
      ['a2', 'C1'],
      ['b1', 'C2'],
      ['n1', undefined],
    ] as const) {
      await dispatcher.accept(anEnvelope(id, { orderKey }));
    }
    await rig.clock.settle();
    expect(rig.started).toEqual(['a1', 'b1', 'n1']);
    await rig.end('a1');
    expect(rig.started).toEqual(['a1', 'b1', 'n1', 'a2']);
  });

  it('starts the events of one conversation at the same time when order is off', async () => {
    const dispatcher = await rig.dispatcher({ isOrdered: false });
    for (const id of ['a1', 'a2']) await dispatcher.accept(anEnvelope(id, { orderKey: 'C1' }));
    await rig.clock.settle();
    expect(rig.started).toEqual(['a1', 'a2']);
  });

  it('lets the next event of a conversation start when one takes longer than 10 s', async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('a1', { orderKey: 'C1' }));
    await dispatcher.accept(anEnvelope('a2', { orderKey: 'C1' }));
    await rig.clock.advance(9_900);
    expect(rig.started).toEqual(['a1']);
    await rig.clock.advance(100);
    expect(rig.started).toEqual(['a1', 'a2']);
  });

  it('fails an event whose listeners never settle after five minutes and frees its slot', async () => {
    const dispatcher = await rig.dispatcher({ perTeam: 1 });
    await dispatcher.accept(anEnvelope('a1'));
    await dispatcher.accept(anEnvelope('a2'));
    await rig.clock.advance(300_000);
    expect(rig.failed).toMatchObject([{ id: 'a1', error: { code: 'handler_timed_out' } }]);
    expect(rig.started).toEqual(['a1', 'a2']);
    expect(await rig.inbox.find('a1')).toMatchObject({ state: 'failed', error: { code: 'handler_timed_out' } });
  });

  it('keeps a failed event with what went wrong, and goes on with the next of its conversation', async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('a1', { orderKey: 'C1' }));
    await dispatcher.accept(anEnvelope('a2', { orderKey: 'C1' }));
    await rig.end('a1', new Error('boom'));
    expect(rig.failed.map(({ id }) => id)).toEqual(['a1']);
    expect(rig.started).toEqual(['a1', 'a2']);
    expect(await rig.inbox.find('a1')).toMatchObject({
      state: 'failed',
      error: { code: 'listener_failed', message: 'boom' },
      payload: JSON.stringify({ of: 'a1' }),
    });
  });

  it('does not let a team with thousands of waiting events delay another', async () => {
    const dispatcher = await rig.dispatcher({ perTeam: 5, perProcess: 20 });
    await Promise.all(Array.from({ length: 3_000 }, (_, i) => dispatcher.accept(anEnvelope(`busy${i}`))));
    await dispatcher.accept(anEnvelope('quiet', { teamId: 'T2' }));
    await rig.clock.settle();
    expect(rig.started).toContain('quiet');
    expect(rig.started.filter((id) => id.startsWith('busy'))).toHaveLength(5);
  });

  it('hands out the event of one team at once while 100,000 of another wait in the store and its listeners never settle', async () => {
    for (let page = 0; page < 500; page++) {
      await rig.inbox.insert(Array.from({ length: 200 }, (_, i) => anEnvelope(`busy${page}.${i}`)));
    }
    const dispatcher = await rig.dispatcher();
    expect(dispatcher.counts).toMatchObject({ running: 20 });
    expect(dispatcher.counts.waiting).toBeLessThan(1_000);
    await dispatcher.accept(anEnvelope('quiet', { teamId: 'T2' }));
    expect(rig.started.slice(20)).toEqual(['quiet']);
    await rig.end('quiet');
    await rig.clock.advance(100);
    expect(await rig.inbox.find('quiet')).toMatchObject({ state: 'done' });
  });

  it('gives each team its turn when the whole process is busy', async () => {
    const dispatcher = await rig.dispatcher({ perProcess: 1, reserve: 0 });
    for (const id of ['x1', 'x2', 'x3']) await dispatcher.accept(anEnvelope(id));
    await dispatcher.accept(anEnvelope('y1', { teamId: 'T2' }));
    for (const id of ['x1', 'y1', 'x2']) await rig.end(id);
    expect(rig.started).toEqual(['x1', 'y1', 'x2', 'x3']);
  });

  it('holds few events of a team in memory and reads the others from the store, in order', async () => {
    const dispatcher = await rig.dispatcher({ inMemoryPerTeam: 10, perTeam: 1 });
    const ids = Array.from({ length: 450 }, (_, i) => `e${i}`);
    for (const id of ids) await dispatcher.accept(anEnvelope(id, { orderKey: 'C1' }));
    expect(dispatcher.counts.waiting).toBeLessThan(20);
    for (const id of ids) await rig.end(id);
    expect(rig.started).toEqual(ids);
    await rig.clock.advance(100);
    expect(await rig.inbox.teamsWithReady()).toEqual([]);
  });

  it('hands typing and presence out without storing them, and drops them for a team in doubt', async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('typing', { isEphemeral: true }));
    rig.handling.T1 = 'keep';
    await dispatcher.accept(anEnvelope('typing2', { isEphemeral: true }));
    await rig.clock.settle();
    expect(rig.started).toEqual(['typing']);
    expect(await rig.inbox.list({ limit: 10 })).toEqual([]);
  });
});

describe('teams that do not answer', () => {
  it('keeps the events of a team in doubt and delivers them when the doubt is over', async () => {
    rig.handling.T1 = 'keep';
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await rig.clock.settle();
    expect(rig.started).toEqual([]);
    rig.handling.T1 = 'hand_out';
    dispatcher.changed('T1');
    await rig.clock.settle();
    expect(rig.started).toEqual(['e1']);
  });

  it('drops what a team was sent more than a day ago while it was in doubt', async () => {
    rig.handling.T1 = 'keep';
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('old'));
    await rig.clock.leap(KEPT_MAX_MS);
    await dispatcher.accept(anEnvelope('new'));
    await rig.clock.leap(1);
    await dispatcher.dropExpired();
    rig.handling.T1 = 'hand_out';
    dispatcher.changed('T1');
    await rig.clock.advance(0);
    await rig.clock.settle();
    expect(rig.started).toEqual(['new']);
    expect(dispatcher.counts.dropped).toBe(1);
  });

  it('drops the events of a team that is deactivated, waiting ones and new ones', async () => {
    rig.handling.T1 = 'keep';
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    rig.handling.T1 = 'drop';
    dispatcher.changed('T1');
    await dispatcher.accept(anEnvelope('e2'));
    await rig.clock.settle();
    rig.handling.T1 = 'hand_out';
    dispatcher.changed('T1');
    await rig.clock.settle();
    expect(rig.started).toEqual([]);
    expect(await rig.inbox.find('e1')).toMatchObject({ state: 'done', payload: null });
    expect(await rig.inbox.find('e2')).toBeUndefined();
  });

  it('takes the event of a team that came back a moment ago', async () => {
    rig.handling.T1 = 'drop';
    rig.rows.T1 = 'hand_out';
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await rig.clock.settle();
    expect(rig.started).toEqual(['e1']);
  });

  it.each(['hand_out', 'drop'] as const)(
    'tells the judge and the listeners of an uninstall of a team that is %s',
    async (state) => {
      rig.handling.T1 = state;
      const dispatcher = await rig.dispatcher();
      await dispatcher.accept(anEnvelope('gone', { type: 'app_uninstalled' }));
      await rig.clock.settle();
      expect(rig.started).toEqual(['gone']);
      expect(rig.lifecycle).toEqual(['app_uninstalled']);
    },
  );

  it('tells the judge of a recent uninstall again after a restart', async () => {
    const first = await rig.dispatcher();
    await first.accept(anEnvelope('gone', { type: 'app_uninstalled' }));
    await rig.end('gone');
    await stopped(first);
    rig.lifecycle = [];
    await rig.dispatcher();
    expect(rig.lifecycle).toEqual(['app_uninstalled']);
  });
});

describe('a start after', () => {
  it('a drain hands out what was left, with attempt 1 for what was not begun and 2 for what was', async () => {
    const first = await rig.dispatcher({ perTeam: 1 });
    for (const id of ['begun', 'waiting']) await first.accept(anEnvelope(id, { orderKey: 'C1' }));
    await rig.clock.settle();
    expect(await stopped(first)).toEqual({ unfinished: 2 });
    rig.started = [];
    rig.attempts = [];
    await rig.dispatcher();
    await rig.end('begun');
    expect(rig.started).toEqual(['begun', 'waiting']);
    expect(rig.attempts).toEqual([2, 1]);
  });

  it('a death hands out everything unfinished with one more attempt, in order', async () => {
    const first = await rig.dispatcher();
    for (const id of ['a1', 'a2', 'a3']) await first.accept(anEnvelope(id, { orderKey: 'C1' }));
    await rig.end('a1');
    await rig.clock.advance(100);
    rig.started = [];
    rig.attempts = [];
    await rig.dispatcher();
    await rig.end('a2');
    expect(rig.started).toEqual(['a2', 'a3']);
    expect(rig.attempts).toEqual([2, 2]);
  });

  it('a second death runs what is left one at a time, and fails what dies twice alone as poison', async () => {
    const first = await rig.dispatcher();
    for (const id of ['poison', 'good']) await first.accept(anEnvelope(id));
    for (let death = 1; death <= 2; death++) await rig.dispatcher();
    rig.started = [];
    rig.attempts = [];
    await rig.dispatcher();
    // Alone from here on: the other one waits until it has ended.
    expect(rig.started).toEqual(['poison']);
    await rig.dispatcher();
    expect(await rig.inbox.find('poison')).toMatchObject({ state: 'failed', error: { code: 'poison' } });
    await rig.end('good');
    expect(rig.started).toEqual(['poison', 'good']);
    expect(rig.attempts).toEqual([4, 5]);
  });

  it('several deaths does not count one that an event which runs for long has nothing to do with', async () => {
    const first = await rig.dispatcher();
    await first.accept(anEnvelope('long'));
    for (let death = 1; death <= 5; death++) {
      await rig.dispatcher();
      await rig.clock.advance(11_000);
    }
    expect(await rig.inbox.find('long')).toMatchObject({ state: 'retry', attempts: 5 });
  });
});

describe('failed events', () => {
  it('are tried again by themselves only when that is asked for, then with a growing wait', async () => {
    const dispatcher = await rig.dispatcher({ maxAttempts: 3, retryMs: 60_000 });
    await dispatcher.accept(anEnvelope('e1'));
    await rig.end('e1', new Error('first'));
    await rig.clock.advance(58_000);
    expect(rig.started).toHaveLength(1);
    await rig.clock.advance(4_000);
    expect(rig.attempts).toEqual([1, 2]);
    await rig.end('e1', new Error('second'));
    await rig.clock.advance(124_000);
    expect(rig.attempts).toEqual([1, 2, 3]);
    await rig.end('e1', new Error('third'));
    expect(await rig.inbox.find('e1')).toMatchObject({ state: 'failed', error: { message: 'third' } });
  });

  it('run again when they are replayed, beside their conversation', async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('e1', { orderKey: 'C1' }));
    await rig.end('e1', new Error('boom'));
    await dispatcher.accept(anEnvelope('e2', { orderKey: 'C1' }));
    await rig.clock.settle();
    expect(await rig.inbox.replay({ eventId: 'e1' })).toBe(1);
    await rig.clock.advance(1_100);
    expect(rig.started).toEqual(['e1', 'e2', 'e1']);
    expect(rig.attempts).toEqual([1, 1, 2]);
    await rig.end('e1');
    await rig.clock.advance(100);
    expect(await rig.inbox.find('e1')).toMatchObject({ state: 'done', payload: null });
  });

  it('are gone when they are discarded, and a redelivery of them too', async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await rig.end('e1', new Error('boom'));
    expect(await rig.inbox.discard({ teamId: 'T1' })).toBe(1);
    await dispatcher.accept(anEnvelope('e1'));
    await rig.clock.advance(2_000);
    expect(rig.started).toEqual(['e1']);
  });
});

describe('a store that fails', () => {
  it('refuses events while it fails, and hands out what it kept all the same', async () => {
    const whole = rig.inbox;
    let isBroken = false;
    const insert = async (envelopes: readonly Envelope[]) => {
      const seqs = await whole.insert(envelopes);
      if (isBroken) throw new BotServerError('store_unavailable', 'the answer was lost');
      return seqs;
    };
    rig.inbox = overriding(whole, { insert });
    const dispatcher = await rig.dispatcher();
    isBroken = true;
    await expect(dispatcher.accept(anEnvelope('e1'))).rejects.toMatchObject({ code: 'store_unavailable' });
    isBroken = false;
    await rig.clock.advance(1_000);
    expect(rig.started).toEqual(['e1']);
    await dispatcher.accept(anEnvelope('e1'));
    await rig.clock.settle();
    expect(rig.started).toEqual(['e1']);
  });

  it('does not run an event again because its end could not be written', async () => {
    const whole = rig.inbox;
    let failures = 3;
    const finish = async (seqs: readonly number[]) => {
      if (failures-- > 0) throw new BotServerError('store_unavailable', 'full');
      await whole.finish(seqs);
    };
    rig.inbox = overriding(whole, { finish });
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await rig.end('e1');
    await rig.clock.advance(5_000);
    expect(rig.started).toEqual(['e1']);
    expect(await rig.inbox.find('e1')).toMatchObject({ state: 'done' });
  });
});

describe('a store that several connections look into', () => {
  it('hands an event out once although the table shows it before its commit is answered', async () => {
    const whole = rig.inbox;
    const answer = Promise.withResolvers<void>();
    const insert = async (envelopes: readonly Envelope[]) => {
      const seqs = await whole.insert(envelopes);
      if (envelopes.some(({ id }) => id === 'late')) await answer.promise;
      return seqs;
    };
    rig.inbox = overriding(whole, { insert });
    // One in memory: the second one waits in the table and is looked for when the first ends.
    const dispatcher = await rig.dispatcher({ inMemoryPerTeam: 1, perTeam: 1 });
    for (const id of ['a', 'b', 'c']) await dispatcher.accept(anEnvelope(id));
    const late = dispatcher.accept(anEnvelope('late'));
    for (const id of ['a', 'b', 'c']) await rig.end(id);
    answer.resolve();
    await late;
    await rig.end('late');
    await rig.clock.advance(5_000);
    expect(rig.started).toEqual(['a', 'b', 'c', 'late']);
    expect(await rig.inbox.find('late')).toMatchObject({ state: 'done' });
  });
});

describe('stopping', () => {
  it('waits for running listeners, at most the grace period, and says how many were left', async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('ends'));
    await dispatcher.accept(anEnvelope('hangs'));
    await rig.clock.settle();
    const ending = dispatcher.stop({ graceMs: 1_000 });
    rig.settle('ends');
    await expect(dispatcher.accept(anEnvelope('late'))).rejects.toMatchObject({ code: 'server_stopped' });
    await rig.clock.advance(1_000);
    expect(await ending).toEqual({ unfinished: 1 });
    expect(rig.started).toEqual(['ends', 'hangs']);
    expect(await rig.inbox.find('ends')).toMatchObject({ state: 'done' });
  });
});

async function stopped(dispatcher: Dispatcher): Promise<{ unfinished: number }> {
  const ending = dispatcher.stop({ graceMs: 100 });
  await rig.clock.advance(100);
  return await ending;
}

describe('listeners that are ended early', () => {
  it('by a person have handled their event, whatever they throw then', async () => {
    const dispatcher = await rig.dispatcher();
    const body = { event: { type: 'message', channel: 'D1', ts: '1.1' } };
    await dispatcher.accept(anEnvelope('asked', { body }));
    const stopped = { type: 'agent_session_stopped', channel: 'D1', thread_ts: '1.1', event_ts: '2.0' };
    await dispatcher.accept(anEnvelope('stop', { type: 'agent_session_stopped', body: { event: stopped } }));
    // In no order: it does not wait for what it is to end.
    expect(rig.started).toEqual(['asked', 'stop']);
    expect(rig.runs.get('asked')?.ended).toMatchObject({ code: 'stopped_by_user' });
    await rig.end('asked', new Error('aborted'));
    await rig.clock.advance(100);
    expect(rig.failed).toEqual([]);
    expect(await rig.inbox.find('asked')).toMatchObject({ state: 'done' });
  });

  it('by a drain get their event again at the next start, unless they have answered by then', async () => {
    const first = await rig.dispatcher();
    for (const id of ['silent', 'answered']) await first.accept(anEnvelope(id));
    rig.works.drain();
    rig.runs.get('answered')?.noteAnswer('D1', '1.1');
    for (const id of ['silent', 'answered']) await rig.end(id, new Error('aborted'));
    await stopped(first);
    rig.started = [];
    rig.attempts = [];
    await rig.dispatcher();
    await rig.clock.advance(60_000);
    expect(rig.started).toEqual(['silent']);
    expect(rig.attempts).toEqual([2]);
  });

  it('by their limit see it, and fail', async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.accept(anEnvelope('long'));
    await rig.clock.advance(300_000);
    expect(rig.runs.get('long')?.ended).toMatchObject({ code: 'handler_timed_out' });
    expect(rig.failed).toMatchObject([{ id: 'long', error: { code: 'handler_timed_out' } }]);
  });
});
