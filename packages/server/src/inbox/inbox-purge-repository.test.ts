import { describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInbox } from './create-inbox.ts';
import { purgeEventIds, purgeTeamEvents } from './inbox-purge-repository.ts';

it('brings no event back into its batch that moved to a row while ids of a purged team were looked for', async () => {
  const store = await openTestStore();
  const inbox = createInbox({ store, clock: { now: () => 1_000 } });
  const envelopes = ['T1', 'T2', 'T3'].map((teamId) => ({
    id: `Ev of ${teamId}`,
    teamId,
    orderKey: undefined,
    type: 'message',
    body: {},
  }));
  const [gone = 0, fails = 0, handled = 0] = (await inbox.insert(envelopes)).values();
  await inbox.finish([gone, handled]);
  const moving = new Proxy(store, {
    get(target, name: keyof typeof store) {
      const value: unknown = target[name];
      if (name !== 'all') return typeof value === 'function' ? value.bind(target) : value;
      return async (...args: Parameters<typeof store.all>) => {
        const rows = await target.all(...args);
        await inbox.fail(fails, { code: 'listener_failed', message: 'x' });
        return rows;
      };
    },
  });
  expect(await purgeEventIds(moving, ['T1'])).toBe(1);
  const [batch] = await store.all('select entries from inbox_batch');
  expect(JSON.parse(String(batch?.entries))).toEqual([2, 2, ['Ev of T3', 'T3', null, 'message', 2]]);
});

describe.each(engines)('stored events of a purged team on %s', (engine) => {
  async function withEvents() {
    const store = await openTestStore({ engine });
    const inbox = createInbox({ store, clock: { now: () => 1_000 } });
    const insert = async (teamId: string, ids: readonly string[]) => {
      const envelopes = ids.map((id) => ({ id, teamId, orderKey: undefined, type: 'message', body: { text: 'hi' } }));
      return [...(await inbox.insert(envelopes)).values()];
    };
    const [, retried = 0, failed = 0, done = 0] = await insert('T1', ['Ev1', 'Ev2', 'Ev3', 'Ev4']);
    await inbox.retry(retried, { runAtMs: 5, failure: { code: 'listener_failed', message: 'x' } });
    await inbox.fail(failed, { code: 'listener_failed', message: 'x' });
    await inbox.finish([done]);
    await inbox.finish(await insert('T2', ['Ev5']));
    await insert('T2', ['Ev6']);
    const left = async () => (await inbox.list({ limit: 10 })).map(({ eventId }) => eventId);
    return { store, insert, inbox, left };
  }

  it('go at once when they still have a payload', async () => {
    const { store, left } = await withEvents();
    expect(await store.transaction({ about: [] }, (tx) => purgeTeamEvents(tx, 'T1', store))).toBe(3);
    expect(await left()).toEqual(['Ev6', 'Ev5', 'Ev4']);
  });

  it('go with their ids in the end, also from among thousands of other teams', async () => {
    const { store, insert, inbox, left } = await withEvents();
    await inbox.finish(
      await insert(
        'T3',
        Array.from({ length: 1_500 }, (_, index) => `Ev3-${index}`),
      ),
    );
    await inbox.finish(await insert('T1', ['Ev7']));
    expect(await purgeEventIds(store, ['T1', 'T3'])).toBe(1_502);
    expect(await left()).toEqual(['Ev6', 'Ev5', 'Ev3', 'Ev2', 'Ev1']);
  });
});
