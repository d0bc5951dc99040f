/** Replays whose team goes or stays away before they run: nothing that an operator asked for is lost. */
import { beforeEach, describe, expect, it } from 'vitest';
import { anEnvelope } from '../inbox/inbox.test-kit.ts';
import { engines } from '../store/store-fixture.test-kit.ts';
import { DispatcherRig } from './dispatcher.test-kit.ts';
import type { Dispatcher } from './dispatcher.ts';
import { KEPT_MAX_MS } from './dropped-events.ts';

describe.each(engines)('a replay on %s', (engine) => {
  let rig: DispatcherRig;
  let dispatcher: Dispatcher;
  beforeEach(async () => {
    rig = await DispatcherRig.open(engine);
    dispatcher = await rig.dispatcher({ perTeam: 1 });
    for (const id of ['e1', 'e2']) {
      await dispatcher.accept(anEnvelope(id));
      await rig.end(id, new Error('boom'));
    }
    await rig.clock.advance(100);
    rig.started = [];
  });

  const isFailed = { state: 'failed', error: { message: 'boom' }, payload: expect.any(String) };

  it('stays failed when its team is deactivated while it waits in the table', async () => {
    rig.handling.T1 = 'keep';
    await rig.inbox.replay({ eventId: 'e1' });
    await dispatcher.accept(anEnvelope('e3'));
    rig.handling.T1 = 'drop';
    dispatcher.changed('T1');
    await rig.clock.advance(2_000);
    expect(await rig.inbox.find('e1')).toMatchObject(isFailed);
    expect(await rig.inbox.find('e3')).toMatchObject({ state: 'done' });
    expect(rig.started).toEqual([]);
    expect(dispatcher.counts.dropped).toBe(1);
  });

  it('stays failed when it is found due after its team was deactivated', async () => {
    rig.handling.T1 = 'drop';
    await rig.inbox.replay({ teamId: 'T1' });
    await rig.clock.advance(2_000);
    for (const id of ['e1', 'e2']) expect(await rig.inbox.find(id)).toMatchObject(isFailed);
    expect(rig.started).toEqual([]);
    expect(dispatcher.counts.dropped).toBe(0);
  });

  it('stays failed when its team is deactivated while it waits in memory, and can be replayed again', async () => {
    await rig.inbox.replay({ teamId: 'T1' });
    await rig.clock.advance(1_100);
    expect(rig.started).toEqual(['e1']);
    rig.handling.T1 = 'drop';
    dispatcher.changed('T1');
    await rig.clock.advance(2_000);
    await rig.end('e1', new Error('late'));
    await rig.clock.advance(2_000);
    for (const id of ['e1', 'e2']) expect(await rig.inbox.find(id)).toMatchObject(isFailed);
    rig.handling.T1 = 'hand_out';
    dispatcher.changed('T1');
    await rig.inbox.replay({ eventId: 'e2' });
    await rig.clock.advance(2_000);
    await rig.end('e2');
    await rig.clock.advance(100);
    expect(rig.started).toEqual(['e1', 'e2']);
    expect(await rig.inbox.find('e2')).toMatchObject({ state: 'done' });
  });

  it('of an old event stays failed when its team stays suspended', async () => {
    await rig.clock.leap(KEPT_MAX_MS + 1);
    rig.handling.T1 = 'keep';
    await rig.inbox.replay({ eventId: 'e1' });
    await rig.clock.advance(2_000);
    await dispatcher.dropExpired();
    expect(await rig.inbox.find('e1')).toMatchObject(isFailed);
    expect(dispatcher.counts.dropped).toBe(0);
  });
});
