import { beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { Envelope } from './envelope.ts';
import type { Delivery } from './intake.ts';

let clock: TestClock;
let started: string[];
let failed: { id: string; error: unknown }[];
let delivery: Record<string, Delivery>;
/** Ends a running listener by event id. */
let ends: Map<string, (error?: Error) => void>;

beforeEach(() => {
  clock = new TestClock(1_000_000);
  started = [];
  failed = [];
  delivery = {};
  ends = new Map();
});

describe('the dispatcher', () => {
  it('hands an event to the listeners once, however often it comes', async () => {
    const dispatcher = newDispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await dispatcher.accept(anEnvelope('e1'));
    await clock.settle();
    expect(started).toEqual(['e1']);
  });

  it('starts the events of one conversation in order, and those of others at the same time', async () => {
    const dispatcher = newDispatcher();
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
    ends.get('a1')?.();
    await clock.settle();
    expect(started).toEqual(['a1', 'b1', 'n1', 'a2']);
  });

  it('lets the next event of a conversation start when one takes longer than 10 s', async () => {
    const dispatcher = newDispatcher();
    await dispatcher.accept(anEnvelope('a1', { orderKey: 'C1' }));
    await dispatcher.accept(anEnvelope('a2', { orderKey: 'C1' }));
    await clock.advance(9_999);
    expect(started).toEqual(['a1']);
    await clock.advance(1);
    expect(started).toEqual(['a1', 'a2']);
  });

  it('fails an event whose listeners never settle after five minutes and frees its slot', async () => {
    const dispatcher = newDispatcher({ perTeam: 1 });
    await dispatcher.accept(anEnvelope('a1'));
    await dispatcher.accept(anEnvelope('a2'));
    await clock.advance(300_000);
    expect(failed).toMatchObject([{ id: 'a1', error: { code: 'handler_timed_out' } }]);
    expect(started).toEqual(['a1', 'a2']);
  });

  it('goes on after listeners that throw and reject, and says which event failed', async () => {
    const dispatcher = newDispatcher();
    await dispatcher.accept(anEnvelope('a1', { orderKey: 'C1' }));
    await dispatcher.accept(anEnvelope('a2', { orderKey: 'C1' }));
    await clock.settle();
    ends.get('a1')?.(new Error('boom'));
    await clock.settle();
    expect(failed.map(({ id }) => id)).toEqual(['a1']);
    expect(started).toEqual(['a1', 'a2']);
  });

  it('does not let a team with thousands of waiting events delay another', async () => {
    const dispatcher = newDispatcher({ perTeam: 5, perProcess: 20 });
    for (let i = 0; i < 5_000; i++) await dispatcher.accept(anEnvelope(`busy${i}`, { teamId: 'T1' }));
    await dispatcher.accept(anEnvelope('quiet', { teamId: 'T2' }));
    await clock.settle();
    expect(started).toContain('quiet');
    expect(started.filter((id) => id.startsWith('busy'))).toHaveLength(5);
  });

  it('gives each team its turn when the whole process is busy', async () => {
    const dispatcher = newDispatcher({ perProcess: 1 });
    for (const id of ['x1', 'x2', 'x3']) await dispatcher.accept(anEnvelope(id, { teamId: 'T1' }));
    await dispatcher.accept(anEnvelope('y1', { teamId: 'T2' }));
    for (const id of ['x1', 'x2', 'y1']) {
      await clock.settle();
      ends.get(id)?.();
    }
    await clock.settle();
    // T2 came while T1's second event had its turn already; from there on they alternate.
    expect(started).toEqual(['x1', 'x2', 'y1', 'x3']);
  });

  it('keeps the events of a team in doubt and delivers them when the doubt is over', async () => {
    delivery.T1 = 'held';
    const dispatcher = newDispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    await clock.settle();
    expect(started).toEqual([]);
    delivery.T1 = 'answering';
    dispatcher.changed('T1');
    await clock.settle();
    expect(started).toEqual(['e1']);
  });

  it('drops the events of a team that is deactivated', async () => {
    delivery.T1 = 'held';
    const dispatcher = newDispatcher();
    await dispatcher.accept(anEnvelope('e1'));
    delivery.T1 = 'inactive';
    dispatcher.changed('T1');
    await dispatcher.accept(anEnvelope('e2'));
    delivery.T1 = 'answering';
    dispatcher.changed('T1');
    await clock.settle();
    expect(started).toEqual([]);
  });

  it('bounds what waits for one team', async () => {
    delivery.T1 = 'held';
    const dispatcher = newDispatcher({ backlogPerTeam: 2 });
    for (const id of ['e1', 'e2', 'e3']) await dispatcher.accept(anEnvelope(id));
    delivery.T1 = 'answering';
    dispatcher.changed('T1');
    await clock.settle();
    expect(started).toEqual(['e1', 'e2']);
  });

  it('waits for running listeners when it stops, at most the grace period, and says how many were left', async () => {
    const dispatcher = newDispatcher();
    await dispatcher.accept(anEnvelope('ends'));
    await dispatcher.accept(anEnvelope('hangs'));
    await clock.settle();
    const stopped = dispatcher.stop({ graceMs: 1_000 });
    ends.get('ends')?.();
    await dispatcher.accept(anEnvelope('late'));
    await clock.advance(1_000);
    expect(await stopped).toEqual({ unfinished: 1 });
    expect(started).toEqual(['ends', 'hangs']);
  });
});

function newDispatcher(options: DispatcherOptions = {}): Dispatcher {
  return new Dispatcher({
    handle: ({ id }) =>
      new Promise((resolve, reject) => {
        started.push(id);
        ends.set(id, (error) => (error ? reject(error) : resolve()));
      }),
    deliveryOf: (teamId) => delivery[teamId] ?? 'answering',
    onFailure: ({ id }, error) => failed.push({ id, error }),
    clock,
    log: { warn() {}, debug() {} },
    options,
  });
}

function anEnvelope(id: string, over: Partial<Envelope> = {}): Envelope {
  return { id, teamId: 'T1', orderKey: undefined, body: {}, ...over };
}
