/** What dispatcher.test.ts does not say: events between the store and memory when several things happen at the same moment. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { anEnvelope, overriding } from '../inbox/inbox.test-kit.ts';
import type { Inbox, InsertOptions } from '../inbox/inbox.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { Dispatcher } from './dispatcher.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import type { EventHandling } from './dropped-events.ts';

let clock: TestClock;
let inbox: Inbox;
let started: string[];
let errors: string[];
let handling: Record<string, EventHandling>;
/** Ends a running listener by event id. */
let ends: Map<string, (error?: Error) => void>;

beforeEach(async () => {
  clock = new TestClock(1_795_000_000_000);
  started = [];
  errors = [];
  handling = {};
  ends = new Map();
  inbox = createInbox({ store: await openTestStore({ clock }), clock });
});

describe.each(engines)('a listener on %s that fails after its team was uninstalled', (engine) => {
  it('holds up no retry of another team', async () => {
    inbox = createInbox({ store: await openTestStore({ engine, clock }), clock });
    const dispatcher = await newDispatcher({ perTeam: 1, maxAttempts: 2, retryMs: 1_000 });
    await dispatcher.accept(anEnvelope('runs'));
    await dispatcher.accept(anEnvelope('waits'));
    await clock.advance(11_000);
    handling.T1 = 'drop';
    dispatcher.changed('T1');
    await clock.advance(1_000);
    await end('runs', new Error('token_revoked'));
    await dispatcher.accept(anEnvelope('other', { teamId: 'T2' }));
    await end('other', new Error('boom'));
    await clock.advance(5_000);
    expect(errors).toEqual([]);
    expect(started).toEqual(['runs', 'other', 'other']);
    expect(await inbox.find('runs')).toMatchObject({ state: 'done' });
  });
});

it('hands out what waits although one of it came again while the table was read', async () => {
  const whole = inbox;
  const answer = Promise.withResolvers<void>();
  let isSlow = false;
  const insert = async (envelopes: readonly Envelope[], options?: InsertOptions) => {
    const seqs = await whole.insert(envelopes, options);
    if (isSlow && envelopes.some(({ id }) => id === 'b')) await answer.promise;
    return seqs;
  };
  inbox = overriding(whole, { insert });
  const dispatcher = await newDispatcher({ inMemoryPerTeam: 1, perTeam: 1 });
  for (const id of ['a', 'm', 'b', 'c']) await dispatcher.accept(anEnvelope(id));
  isSlow = true;
  const again = dispatcher.accept(anEnvelope('b'));
  await end('a');
  await end('m');
  await clock.settle();
  isSlow = false;
  const later = dispatcher.accept(anEnvelope('d'));
  await clock.settle();
  answer.resolve();
  await Promise.all([again, later]);
  for (const id of ['b', 'c', 'd']) await end(id);
  await clock.advance(15_000);
  expect(started).toEqual(['a', 'm', 'b', 'c', 'd']);
});

it('hands out what came behind an uninstall in the same commit when memory is full', async () => {
  const dispatcher = await newDispatcher({ inMemoryPerTeam: 2, perTeam: 1 });
  await dispatcher.accept(anEnvelope('runs'));
  const types = ['message', 'app_uninstalled', 'message', 'message'];
  await Promise.all(types.map((type, place) => dispatcher.accept(anEnvelope(`e${place}`, { type }))));
  for (const id of ['runs', 'e0', 'e1', 'e2', 'e3']) await end(id);
  await clock.advance(15_000);
  expect(started).toEqual(['runs', 'e0', 'e1', 'e2', 'e3']);
});

it('hands out what was committed although its answer was lost, also when a later commit was answered', async () => {
  const whole = inbox;
  const release = Promise.withResolvers<void>();
  let isFirst = true;
  const insert = async (envelopes: readonly Envelope[], options?: InsertOptions) => {
    const isLost = isFirst && envelopes.some(({ id }) => id === 'lost');
    const seqs = await whole.insert(envelopes, options);
    if (!isLost) return seqs;
    isFirst = false;
    await release.promise;
    throw new BotServerError('store_unavailable', 'the answer was lost');
  };
  inbox = overriding(whole, { insert });
  const dispatcher = await newDispatcher();
  const lost = dispatcher.accept(anEnvelope('lost'));
  await clock.settle();
  const later = Array.from({ length: 8 }, (_, n) => anEnvelope(`later${n}`));
  await Promise.all(later.map((envelope) => dispatcher.accept(envelope)));
  release.resolve();
  await expect(lost).rejects.toThrow('could not be stored');
  await dispatcher.accept(anEnvelope('lost'));
  await clock.advance(15_000);
  expect(started).toContain('lost');
  expect(started).toHaveLength(9);
});

it('runs what is due also while no event gets a row of its own', async () => {
  const whole = inbox;
  inbox = overriding(whole, { tidy: () => Promise.reject(new BotServerError('store_unavailable', 'no')) });
  const dispatcher = await newDispatcher({ maxAttempts: 2, retryMs: 1_000 });
  await dispatcher.accept(anEnvelope('fails'));
  await end('fails', new Error('boom'));
  await clock.advance(3_000);
  expect(started).toEqual(['fails', 'fails']);
  expect(errors[0]).toContain('events that take long');
});

async function newDispatcher(options: DispatcherOptions = {}): Promise<Dispatcher> {
  const dispatcher = new Dispatcher({
    inbox,
    handle: ({ id }) =>
      new Promise((resolve, reject) => {
        started.push(id);
        ends.set(id, (error) => (error ? reject(error) : resolve()));
      }),
    shardOf: () => 0,
    handlingOf: (teamId) => handling[teamId] ?? 'hand_out',
    recheck: (teamId) => Promise.resolve(handling[teamId] ?? 'hand_out'),
    onLifecycleEvent: () => {},
    onFailure: () => {},
    describe: (error) => ({ code: 'listener_failed', message: (error as Error).message }),
    clock,
    log: {
      info() {},
      warn() {},
      error: (facts, message) => errors.push(`${message} ${JSON.stringify(facts)}`),
      debug() {},
    },
    options,
  });
  await dispatcher.takeOver('owner');
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
