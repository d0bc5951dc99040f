/** P12 in the inbox: what a store does not take is one event's problem, also when it is refused for good. */
import { describe, expect, it, vi } from 'vitest';
import { createInbox } from '../inbox/create-inbox.ts';
import { envelopeOfCallback } from '../inbox/envelope.ts';
import { engines, openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { Dispatcher } from './dispatcher.ts';
import { ListenerWorks } from './listener-works.ts';

const REPLACED = 'The database refuses the words of this error';

/** Makes the database refuse this end of a row, as no schema of ours does; the same on both engines. */
async function refuse(store: TestStore, condition: string): Promise<void> {
  if (store.engine === 'sqlite') {
    await store.run(
      `create trigger refuse before update on inbox when ${condition} begin select raise(abort, 'no'); end`,
    );
    return;
  }
  await store.run(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
  await store.run(
    `create trigger refuse before update on inbox for each row when (${condition}) execute function refuse()`,
  );
}

describe.each(engines)('a value that the store refuses, on %s', (engine) => {
  /** A store, and dispatchers on it whose listeners throw what the event says. */
  async function aWorld() {
    const clock = new TestClock(1_795_000_000_000);
    const store = await openTestStore({ engine, clock });
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const handled: string[] = [];
    const startProcess = async () => {
      const inbox = createInbox({ store, clock });
      const dispatcher = new Dispatcher({
        inbox,
        works: new ListenerWorks({ clock }),
        async handle({ teamId, body }) {
          handled.push(teamId);
          if (typeof body.throws === 'string') throw new Error(body.throws);
        },
        shardOf: () => 0,
        handlingOf: () => 'hand_out',
        isUnknown: () => false,
        recheck: () => Promise.resolve('hand_out'),
        onLifecycleEvent: () => {},
        onFailure: () => {},
        describe: (error) => ({ code: 'listener_failed', message: (error as Error).message }),
        clock,
        log,
      });
      await dispatcher.takeOver(`owner ${Math.random()}`);
      await dispatcher.begin();
      await clock.settle();
      const deliver = (event_id: string, teamId: string, body: Record<string, unknown> = {}) =>
        dispatcher.accept(envelopeOfCallback({ event_id, event: { type: 'message' }, ...body }, { teamId }));
      const stop = async () => {
        const stopping = dispatcher.stop({ graceMs: 1_000 });
        await clock.advance(1_000);
        return await stopping;
      };
      return { inbox, deliver, stop };
    };
    const told = () => log.error.mock.calls.map(([facts, message]) => [facts.teamId, message]);
    /** Time goes on until it is so: a database may take longer than a moved clock waits. */
    const until = (check: () => Promise<void>) =>
      vi.waitFor(() => clock.advance(200).then(check), { timeout: 10_000, interval: 5 });
    return { clock, store, handled, told, startProcess, until };
  }

  it('is stored with U+FFFD in an error, and nobody’s next failure waits for it', async () => {
    const { clock, handled, told, startProcess, until } = await aWorld();
    const { inbox, deliver, stop } = await startProcess();
    await deliver('Ev1', 'T1', { throws: 'a\0b \ud800' });
    await clock.settle();
    await deliver('Ev2', 'T2', { throws: 'plain' });
    await until(async () => {
      expect(await inbox.find('Ev1')).toMatchObject({ state: 'failed', error: { message: 'a\ufffdb \ufffd' } });
      expect(await inbox.find('Ev2')).toMatchObject({ state: 'failed', error: { message: 'plain' } });
    });
    expect(await stop()).toEqual({ unfinished: 0 });
    await startProcess();
    await clock.advance(5_000);
    expect([handled, told()]).toEqual([['T1', 'T2'], []]);
  });

  it('is told by a replacement text when the row takes no error like it', async () => {
    const { clock, store, handled, told, startProcess, until } = await aWorld();
    await refuse(store, "new.error = 'poison'");
    const { inbox, deliver, stop } = await startProcess();
    await deliver('Ev1', 'T1', { throws: 'poison' });
    await clock.settle();
    await deliver('Ev2', 'T2', { throws: 'plain' });
    await deliver('Ev3', 'T3');
    await until(async () => {
      expect(await inbox.find('Ev1')).toMatchObject({ state: 'failed', error: { message: REPLACED } });
      expect(await inbox.find('Ev2')).toMatchObject({ state: 'failed', error: { message: 'plain' } });
      expect(await inbox.find('Ev3')).toMatchObject({ state: 'done' });
    });
    expect(await stop()).toEqual({ unfinished: 0 });
    await startProcess();
    await clock.advance(5_000);
    expect(handled).toEqual(['T1', 'T2', 'T3']);
    expect(told()).toEqual([['T1', 'end of an event written without its error text']]);
  });

  it('costs one event when its row takes no end at all: the stop says so, and only that one runs again', async () => {
    const { store, handled, told, startProcess, until } = await aWorld();
    await refuse(store, "new.team_id = 'T1' and new.state <> 'ready'");
    const { inbox, deliver, stop } = await startProcess();
    await deliver('Ev1', 'T1', { throws: 'anything' });
    for (let i = 2; i < 8; i++) await deliver(`Ev${i}`, `T${i}`, i % 2 ? { throws: 'plain' } : {});
    await until(async () => {
      const left = await inbox.list({ state: 'not_done', limit: 10 });
      expect(left.map(({ eventId }) => eventId).toSorted()).toEqual(['Ev1', 'Ev3', 'Ev5', 'Ev7']);
      expect(left.filter(({ state }) => state !== 'failed').map(({ eventId }) => eventId)).toEqual(['Ev1']);
      expect(told()).toEqual([['T1', 'end of an event not written']]);
    });
    expect(await stop()).toEqual({ unfinished: 1 });
    handled.length = 0;
    await store.run(engine === 'sqlite' ? 'drop trigger refuse' : 'drop trigger refuse on inbox');
    const next = await startProcess();
    await until(async () => {
      expect(await next.inbox.find('Ev1')).toMatchObject({ state: 'failed', attempts: 2 });
    });
    expect(handled).toEqual(['T1']);
  });

  it.each([
    ['a NUL', 'Ev\0one'],
    ['half a character', 'Ev\ud800'],
    ['5,000 characters', `Ev${'é'.repeat(5_000)}`],
  ])('is no event id with %s: it is handled once, however often it comes', async (_, id) => {
    const { handled, startProcess, until } = await aWorld();
    const { inbox, deliver, stop } = await startProcess();
    const areDone = async () =>
      expect(await inbox.list({ limit: 10 })).toMatchObject([{ state: 'done' }, { state: 'done' }]);
    await deliver(id, 'T1', { text: id });
    await deliver(id, 'T1', { text: id });
    await deliver(`${id}2`, 'T1');
    await until(areDone);
    await deliver(id, 'T1', { text: id });
    await until(areDone);
    expect(handled).toEqual(['T1', 'T1']);
    expect(await stop()).toEqual({ unfinished: 0 });
  });

  it('is no body: it comes back as it was after a restart', async () => {
    const { clock, store, startProcess } = await aWorld();
    const body = { text: 'a\0b \ud800', team_id: 'T1' };
    await createInbox({ store, clock }).insert([{ id: 'Ev1', teamId: 'T1', orderKey: 'C\0', type: 'message', body }]);
    const { inbox } = await startProcess();
    expect(JSON.parse((await inbox.find('Ev1'))?.payload ?? '')).toEqual(body);
  });
});
