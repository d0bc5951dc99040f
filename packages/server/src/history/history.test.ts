/** What a process remembers, and what it writes: bounded, and honest about what is missing. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import type { Fact, FactKind } from './fact.ts';
import { factsAbout, factsWithin, oldestFactMs, pruneFacts, purgeTeamFacts } from './fact-repository.ts';
import { FactRing } from './fact-ring.ts';
import { History } from './history.ts';
import { placeInBody } from './message-place.ts';
import { answersTo, askQuestion, forgetQuestion, MOST_QUESTIONS } from './question-repository.ts';

const NOW_MS = 1_795_000_000_000;

const aFact = (kind: FactKind, n: number, changes: Partial<Fact> = {}): Fact => ({
  kind,
  atMs: NOW_MS + n,
  eventId: `Ev${n}`,
  teamId: 'T1',
  type: 'message',
  channel: 'C1',
  ts: `${n}.1`,
  details: {},
  ...changes,
});

describe('a ring', () => {
  it('keeps the newest, and says since when it forgot none', () => {
    const ring = new FactRing(3, NOW_MS);
    for (const n of [1, 2]) ring.add(aFact('handled', n));
    expect(ring.reach).toEqual({ remembers: 2, sinceMs: NOW_MS });
    for (const n of [3, 4, 5]) ring.add(aFact('handled', n));
    expect(ring.where(() => true).map(({ eventId }) => eventId)).toEqual(['Ev3', 'Ev4', 'Ev5']);
    expect(ring.reach).toEqual({ remembers: 3, sinceMs: NOW_MS + 3 });
    expect(ring.about({ channel: 'C1', ts: '4.1' })).toMatchObject([{ eventId: 'Ev4' }]);
    expect(ring.about({ eventId: 'Ev1' })).toEqual([]);
  });

  it('of no size remembers nothing, and says so', () => {
    const ring = new FactRing(0, NOW_MS);
    ring.add(aFact('handled', 1));
    expect(ring.reach).toEqual({ remembers: 0, sinceMs: Number.POSITIVE_INFINITY });
  });
});

it.each([
  ['a message', { channel: 'C1', ts: '1.1' }, { channel: 'C1', ts: '1.1' }],
  ['an edit', { channel: 'C1', ts: '9.9', message: { ts: '1.1' } }, { channel: 'C1', ts: '1.1' }],
  ['a deletion', { channel: 'C1', ts: '9.9', deleted_ts: '1.1' }, { channel: 'C1', ts: '1.1' }],
  ['a reaction', { item: { channel: 'C1', ts: '1.1' }, event_ts: '9.9' }, { channel: 'C1', ts: '1.1' }],
  ['what is about no message', { channel: { id: 'C1' } }, { channel: null, ts: null }],
  ['nothing', undefined, { channel: null, ts: null }],
  ['what is no place', { channel: 'C'.repeat(100), ts: 7 }, { channel: null, ts: null }],
])('%s is found by the message that it is about', (_what, event, place) => {
  expect(placeInBody({ event })).toEqual(place);
});

describe.each(engines)('on %s', (engine) => {
  async function aHistory(capacity = 100) {
    const store = await openTestStore({ engine });
    const clock = new TestClock(NOW_MS);
    const warnings: string[] = [];
    const io = { run: (sql: string, params?: never) => clock.io(store.run(sql, params), 'store') };
    const history = new History({
      capacity,
      store: {
        ...store,
        engine: store.engine,
        notices: store.notices,
        ...io,
        all: (sql, params) => clock.io(store.all(sql, params), 'store'),
      },
      nodeId: () => 'n1',
      held: () => [],
      clock,
      log: { warn: (_facts, message) => void warnings.push(message) },
    });
    onTestFinished(() => history.stop());
    return { store, clock, history, warnings };
  }

  it('what went wrong gets rows within a second, what went well none', async () => {
    const { store, clock, history } = await aHistory();
    history.add(aFact('handled', 1, { details: { attempt: 1 } }));
    history.add(aFact('failed', 2, { details: { code: 'listener_failed', at: 'bot.ts:1:1' } }));
    history.add(aFact('handled', 2, { details: { attempt: 2 } }));
    history.add(aFact('repeated', 3));
    await clock.advance(1_500);
    expect(await factsAbout(store, { eventId: 'Ev1' }, 10)).toEqual([]);
    expect(await factsAbout(store, { channel: 'C1', ts: '2.1' }, 10)).toEqual([
      { ...aFact('failed', 2, { details: { code: 'listener_failed', at: 'bot.ts:1:1' } }), node: 'n1' },
      { ...aFact('handled', 2, { details: { attempt: 2 } }), node: 'n1' },
    ]);
    const window = { kinds: ['repeated'] as const, fromMs: NOW_MS, toMs: NOW_MS + 10, limit: 10 };
    expect(await factsWithin(store, window)).toMatchObject([{ eventId: 'Ev3' }]);
    expect(await oldestFactMs(store)).toBe(NOW_MS + 2);
    await pruneFacts(store, NOW_MS + 3);
    expect(await oldestFactMs(store)).toBe(NOW_MS + 3);
    await purgeTeamFacts(store, 'T1');
    expect(await oldestFactMs(store)).toBeUndefined();
  });

  it('of a storm it writes a hundred a second, and how many it left out', async () => {
    const { store, clock, history } = await aHistory();
    for (let n = 0; n < 1_000; n++) history.add(aFact('dropped', n));
    await clock.advance(1_500);
    const row = await store.get("select count(*) as total from event_fact where kind = 'dropped'");
    expect(Number(row?.total)).toBe(100);
    const window = { kinds: ['left_out'] as const, fromMs: NOW_MS, toMs: NOW_MS + 5_000, limit: 10 };
    expect(await factsWithin(store, window)).toMatchObject([{ details: { count: 900 } }]);
  });

  it('of strangers it writes a row a minute, and they push nothing out of memory', async () => {
    const { store, clock, history } = await aHistory(10);
    history.add(aFact('handled', 1));
    for (let n = 0; n < 1_000; n++)
      history.add(aFact('turned_away', n, { teamId: null, eventId: null, details: { count: 2 } }));
    await clock.advance(1_500);
    expect(await store.all('select kind from event_fact')).toEqual([{ kind: 'turned_away' }]);
    expect(history.answer({ subject: { eventId: 'Ev1' }, around: null }).facts).toMatchObject([{ eventId: 'Ev1' }]);
    await clock.advance(60_000);
    history.add(aFact('turned_away', 60_000, { details: { count: 1 } }));
    await clock.advance(1_500);
    const window = { kinds: ['turned_away'] as const, fromMs: 0, toMs: NOW_MS + 90_000, limit: 10 };
    expect((await factsWithin(store, window)).map(({ details }) => details.count)).toEqual([2, 1_999]);
  });

  it('of more than are asked for the oldest or the newest are read, in their order', async () => {
    const { store, clock, history } = await aHistory();
    for (let n = 1; n <= 5; n++) history.add(aFact('failed', n));
    await clock.advance(1_500);
    const window = { kinds: ['failed'] as const, fromMs: NOW_MS, toMs: NOW_MS + 10, limit: 2 };
    const read = async (keep?: 'newest') =>
      (await factsWithin(store, { ...window, ...(keep && { keep }) })).map(({ eventId }) => eventId);
    expect(await read()).toEqual(['Ev1', 'Ev2']);
    expect(await read('newest')).toEqual(['Ev4', 'Ev5']);
  });

  it('what the store does not take is written later, and warned of once', async () => {
    const { store, clock, history, warnings } = await aHistory();
    await store.run('alter table event_fact rename to elsewhere');
    history.add(aFact('failed', 1));
    await clock.advance(3_500);
    expect(warnings).toEqual(['what happened to events is not written']);
    await store.run('alter table elsewhere rename to event_fact');
    await clock.advance(1_500);
    expect(await factsAbout(store, { eventId: 'Ev1' }, 10)).toHaveLength(1);
  });

  it('a question of another process is answered within a second, once, and goes with its answers', async () => {
    const { store, clock, history } = await aHistory();
    history.add(aFact('handled', 1));
    history.start();
    const times = { nowMs: NOW_MS, diesMs: NOW_MS + 30_000 };
    const id = (await askQuestion(store, { subject: { channel: 'C1', ts: '1.1' }, around: null }, times)) ?? 0;
    await clock.advance(2_500);
    expect(await answersTo(store, id)).toMatchObject([
      { node: 'n1', reach: { remembers: 2 }, facts: [{ kind: 'handled', eventId: 'Ev1' }], held: [] },
    ]);
    await forgetQuestion(store, id);
    expect(await answersTo(store, id)).toEqual([]);
  });

  it('so many questions are open at a time; those that nobody took back die', async () => {
    const store = await openTestStore({ engine });
    const question = { subject: { eventId: 'Ev1' }, around: null };
    const ask = (nowMs: number) => askQuestion(store, question, { nowMs, diesMs: nowMs + 30_000 });
    for (let n = 0; n < MOST_QUESTIONS; n++) expect(await ask(NOW_MS)).toBeGreaterThan(0);
    expect(await ask(NOW_MS)).toBeUndefined();
    expect(await ask(NOW_MS + 30_001)).toBeGreaterThan(0);
  });
});
