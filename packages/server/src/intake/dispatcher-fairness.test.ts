/** P6 in the dispatcher: what many teams whose listeners hang, or whose events are large, leave to the others. */
import { beforeEach, describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInbox } from './create-inbox.ts';
import { Dispatcher } from './dispatcher.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import { anEnvelope } from './inbox.test-kit.ts';
import type { Inbox } from './inbox.ts';

let clock: TestClock;
let inbox: Inbox;
let started: string[];
let ends: Map<string, () => void>;

describe.each(engines)('on %s', (engine) => {
  beforeEach(async () => {
    clock = new TestClock(1_795_000_000_000);
    started = [];
    ends = new Map();
    inbox = createInbox({ store: await openTestStore({ engine, clock }), clock });
  });

  it.each([25, 200])('%i teams whose twenty events all hang delay no event of another', async (teams) => {
    const dispatcher = await newDispatcher();
    await Promise.all(
      Array.from({ length: 20 * teams }, (_, index) =>
        dispatcher.accept(anEnvelope(`bad${index}`, { teamId: `TBAD${index % teams}` })),
      ),
    );
    await dispatcher.accept(anEnvelope('good', { teamId: 'TGOOD' }));
    // Time stands still: it waits for nothing.
    expect(started).toContain('good');
    expect(started.length).toBeLessThanOrEqual(501 + teams);
  });

  it('a team gets more again as soon as others give back', async () => {
    const dispatcher = await newDispatcher({ perProcess: 10, perTeam: 10 });
    for (let index = 0; index < 10; index++) await dispatcher.accept(anEnvelope(`x${index}`, { teamId: 'TX' }));
    // Half of what is there, because as much must be left as it holds.
    expect(started).toEqual(['x0', 'x1', 'x2', 'x3', 'x4']);
    await dispatcher.accept(anEnvelope('y0', { teamId: 'TY' }));
    await dispatcher.accept(anEnvelope('y1', { teamId: 'TY' }));
    expect(started.slice(5)).toEqual(['y0', 'y1']);
    for (const id of ['y0', 'y1', 'x0', 'x1']) await end(id);
    expect(started.slice(7)).toEqual(['x5', 'x6']);
  });
});

async function newDispatcher(options: DispatcherOptions = {}): Promise<Dispatcher> {
  const dispatcher = new Dispatcher({
    inbox,
    handle: ({ id }) =>
      new Promise((resolve) => {
        started.push(id);
        ends.set(id, resolve);
      }),
    deliveryOf: () => 'answering',
    recheck: () => Promise.resolve('answering'),
    onLifecycleEvent() {},
    onFailure() {},
    describe: () => ({ code: 'listener_failed', message: '' }),
    clock,
    log: { info() {}, warn() {}, error() {}, debug() {} },
    options,
  });
  await dispatcher.takeOver('owner');
  await dispatcher.begin();
  await clock.settle();
  return dispatcher;
}

/** Lets the listener of the event settle, and what follows happen. */
async function end(id: string): Promise<void> {
  ends.get(id)?.();
  await clock.settle();
}
