/** What dispatcher.test.ts does not say: events between the store and memory when several things happen at the same moment. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { anEnvelope, overriding } from '../inbox/inbox.test-kit.ts';
import type { InsertOptions } from '../inbox/inbox.ts';
import { engines } from '../store/store-fixture.test-kit.ts';
import { DispatcherRig } from './dispatcher.test-kit.ts';

let rig: DispatcherRig;
beforeEach(async () => {
  rig = await DispatcherRig.open();
});

describe.each(engines)('a listener on %s that fails after its team was uninstalled', (engine) => {
  it('holds up no retry of another team', async () => {
    rig = await DispatcherRig.open(engine);
    const dispatcher = await rig.dispatcher({ perTeam: 1, maxAttempts: 2, retryMs: 1_000 });
    await dispatcher.accept(anEnvelope('runs'));
    await dispatcher.accept(anEnvelope('waits'));
    await rig.clock.advance(11_000);
    rig.handling.T1 = 'drop';
    dispatcher.changed('T1');
    await rig.clock.advance(1_000);
    await rig.end('runs', new Error('token_revoked'));
    await dispatcher.accept(anEnvelope('other', { teamId: 'T2' }));
    await rig.end('other', new Error('boom'));
    await rig.clock.advance(5_000);
    expect(rig.errors).toEqual([]);
    expect(rig.started).toEqual(['runs', 'other', 'other']);
    expect(await rig.inbox.find('runs')).toMatchObject({ state: 'done' });
  });
});

it('hands out what waits although one of it came again while the table was read', async () => {
  const whole = rig.inbox;
  const answer = Promise.withResolvers<void>();
  let isSlow = false;
  const insert = async (envelopes: readonly Envelope[], options?: InsertOptions) => {
    const seqs = await whole.insert(envelopes, options);
    if (isSlow && envelopes.some(({ id }) => id === 'b')) await answer.promise;
    return seqs;
  };
  rig.inbox = overriding(whole, { insert });
  const dispatcher = await rig.dispatcher({ inMemoryPerTeam: 1, perTeam: 1 });
  for (const id of ['a', 'm', 'b', 'c']) await dispatcher.accept(anEnvelope(id));
  isSlow = true;
  const again = dispatcher.accept(anEnvelope('b'));
  await rig.end('a');
  await rig.end('m');
  await rig.clock.settle();
  isSlow = false;
  const later = dispatcher.accept(anEnvelope('d'));
  await rig.clock.settle();
  answer.resolve();
  await Promise.all([again, later]);
  for (const id of ['b', 'c', 'd']) await rig.end(id);
  await rig.clock.advance(15_000);
  expect(rig.started).toEqual(['a', 'm', 'b', 'c', 'd']);
});

it('hands out what came behind an uninstall in the same commit when memory is full', async () => {
  const dispatcher = await rig.dispatcher({ inMemoryPerTeam: 2, perTeam: 1 });
  await dispatcher.accept(anEnvelope('runs'));
  const types = ['message', 'app_uninstalled', 'message', 'message'];
  await Promise.all(types.map((type, place) => dispatcher.accept(anEnvelope(`e${place}`, { type }))));
  for (const id of ['runs', 'e0', 'e1', 'e2', 'e3']) await rig.end(id);
  await rig.clock.advance(15_000);
  expect(rig.started).toEqual(['runs', 'e0', 'e1', 'e2', 'e3']);
});

it('hands out what was committed although its answer was lost, also when a later commit was answered', async () => {
  const whole = rig.inbox;
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
  rig.inbox = overriding(whole, { insert });
  const dispatcher = await rig.dispatcher();
  const lost = dispatcher.accept(anEnvelope('lost'));
  await rig.clock.settle();
  const later = Array.from({ length: 8 }, (_, n) => anEnvelope(`later${n}`));
  await Promise.all(later.map((envelope) => dispatcher.accept(envelope)));
  release.resolve();
  await expect(lost).rejects.toThrow('could not be stored');
  await dispatcher.accept(anEnvelope('lost'));
  await rig.clock.advance(15_000);
  expect(rig.started).toContain('lost');
  expect(rig.started).toHaveLength(9);
});

it('runs what is due also while no event gets a row of its own', async () => {
  const whole = rig.inbox;
  rig.inbox = overriding(whole, { tidy: () => Promise.reject(new BotServerError('store_unavailable', 'no')) });
  const dispatcher = await rig.dispatcher({ maxAttempts: 2, retryMs: 1_000 });
  await dispatcher.accept(anEnvelope('fails'));
  await rig.end('fails', new Error('boom'));
  await rig.clock.advance(3_000);
  expect(rig.started).toEqual(['fails', 'fails']);
  expect(rig.errors[0]).toContain('events that take long');
});
