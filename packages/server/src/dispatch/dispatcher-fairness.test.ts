/** P6 in the dispatcher: what many teams whose listeners hang, or whose events are large, leave to the others. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { BotServerError } from '../errors.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { anEnvelope, overriding } from '../inbox/inbox.test-kit.ts';
import { engines } from '../store/store-fixture.test-kit.ts';
import { DispatcherRig } from './dispatcher.test-kit.ts';

let rig: DispatcherRig;

describe.each(engines)('on %s', (engine) => {
  beforeEach(async () => {
    rig = await DispatcherRig.open(engine);
  });

  it.each([25, 200])('%i teams whose twenty events all hang delay no event of another', async (teams) => {
    const dispatcher = await rig.dispatcher();
    await Promise.all(
      Array.from({ length: 20 * teams }, (_, index) =>
        dispatcher.accept(anEnvelope(`bad${index}`, { teamId: `TBAD${index % teams}` })),
      ),
    );
    await dispatcher.accept(anEnvelope('good', { teamId: 'TGOOD' }));
    // Time stands still: it waits for nothing.
    expect(rig.started).toContain('good');
    expect(rig.started.length).toBeLessThanOrEqual(501 + teams);
  });

  it('a team gets more again as soon as others give back', async () => {
    const dispatcher = await rig.dispatcher({ perProcess: 10, perTeam: 10 });
    for (let index = 0; index < 10; index++) await dispatcher.accept(anEnvelope(`x${index}`, { teamId: 'TX' }));
    // Half of what is there, because as much must be left as it holds.
    expect(rig.started).toEqual(['x0', 'x1', 'x2', 'x3', 'x4']);
    await dispatcher.accept(anEnvelope('y0', { teamId: 'TY' }));
    await dispatcher.accept(anEnvelope('y1', { teamId: 'TY' }));
    expect(rig.started.slice(5)).toEqual(['y0', 'y1']);
    for (const id of ['y0', 'y1', 'x0', 'x1']) await rig.end(id);
    expect(rig.started.slice(7)).toEqual(['x5', 'x6']);
  });

  it('one team’s large events stay in the store beyond what memory may hold of it, and are handed out in order', async () => {
    const dispatcher = await rig.dispatcher({ inMemoryBytesPerTeam: 100_000 });
    const ids = Array.from({ length: 60 }, (_, index) => `large${index}`);
    await Promise.all(ids.map((id) => dispatcher.accept(large(id, { orderKey: 'C1' }))));
    await rig.clock.settle();
    expect(dispatcher.counts.bytes).toBeLessThanOrEqual(120_000);
    for (const id of ids) {
      await rig.end(id);
      expect(dispatcher.counts.bytes).toBeLessThanOrEqual(120_000);
    }
    expect(rig.started).toEqual(ids);
    expect(dispatcher.counts).toMatchObject({ bytes: 0, waiting: 0, running: 0 });
  });

  it('large events that run count, too', async () => {
    const dispatcher = await rig.dispatcher({ inMemoryBytesPerTeam: 100_000 });
    await Promise.all(Array.from({ length: 20 }, (_, index) => dispatcher.accept(large(`large${index}`))));
    await rig.clock.settle();
    expect(rig.started).toEqual(['large0', 'large1', 'large2', 'large3', 'large4']);
    await rig.end('large0');
    expect(rig.started.slice(5)).toEqual(['large5']);
  });

  it('the large events of many teams leave room in memory for another', async () => {
    const dispatcher = await rig.dispatcher({ inMemoryBytesPerTeam: 100_000, inMemoryBytesPerProcess: 800_000 });
    const bad = Array.from({ length: 200 }, (_, index) => large(`bad${index}`, { teamId: `TBAD${index % 10}` }));
    await Promise.all(bad.map((envelope) => dispatcher.accept(envelope)));
    await dispatcher.accept(large('good', { teamId: 'TGOOD' }));
    await rig.clock.settle();
    expect(rig.started).toContain('good');
    expect(dispatcher.counts.bytes).toBeLessThanOrEqual(800_000);
    for (let index = 0; index < rig.started.length; index++) {
      await rig.end(rig.started[index] ?? '');
      expect(dispatcher.counts.bytes).toBeLessThanOrEqual(800_000);
    }
    expect(new Set(rig.started).size).toBe(201);
    expect(rig.started).toHaveLength(201);
  });

  it('more teams with large events than memory has room for get theirs one after another', async () => {
    const dispatcher = await rig.dispatcher({ inMemoryBytesPerTeam: 100_000, inMemoryBytesPerProcess: 100_000 });
    for (let index = 0; index < 20; index++) {
      await dispatcher.accept(large(`large${index}`, { teamId: `T${index}` }));
    }
    expect(rig.started).toHaveLength(5);
    for (let index = 0; index < 20; index++) await rig.end(rig.started[index] ?? '');
    await rig.clock.advance(1_000);
    expect(rig.started).toHaveLength(20);
  });

  it('what a team sends to a store that hangs is bounded in bytes, and what others send is taken', async () => {
    const gate = hanging();
    const dispatcher = await rig.dispatcher({ arrivingBytesPerTeam: 100_000, arrivingBytesPerProcess: 400_000 });
    const sent = Array.from({ length: 20 }, (_, index) => outcomeOf(dispatcher.accept(large(`large${index}`))));
    const other = dispatcher.accept(large('good', { teamId: 'TGOOD' }));
    await rig.clock.settle();
    expect(dispatcher.counts.arrivingBytes).toBe(120_000);
    expect(rig.warnings).toMatchObject([{ refused: 1, teamId: 'T1' }]);
    gate.resolve();
    await other;
    const outcomes = await Promise.all(sent);
    expect(outcomes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'taken'));
    expect(outcomes.slice(5)).toEqual(Array.from({ length: 15 }, () => 'intake_full'));
    expect(dispatcher.counts.arrivingBytes).toBe(0);
    expect(await outcomeOf(dispatcher.accept(large('again')))).toBe('taken');
  });

  it('what many teams send to a store that hangs is bounded as well, and what was taken is handed out', async () => {
    const gate = hanging();
    const dispatcher = await rig.dispatcher({ arrivingBytesPerTeam: 100_000, arrivingBytesPerProcess: 400_000 });
    const sent = Array.from({ length: 100 }, (_, index) =>
      outcomeOf(dispatcher.accept(large(`large${index}`, { teamId: `T${index % 50}` }))),
    );
    await rig.clock.settle();
    expect(dispatcher.counts.arrivingBytes).toBe(400_000);
    gate.resolve();
    const outcomes = await Promise.all(sent);
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(20);
    expect(dispatcher.counts).toMatchObject({ arrivingBytes: 0, bytes: 400_000 });
  });

  it('after a start takes no more of the large events of many teams than memory may hold', async () => {
    for (let team = 0; team < 50; team++) {
      await rig.inbox.insert(
        Array.from({ length: 10 }, (_, index) => large(`${team} ${index}`, { teamId: `T${team}` })),
      );
    }
    const dispatcher = await rig.dispatcher({ inMemoryBytesPerTeam: 100_000, inMemoryBytesPerProcess: 800_000 });
    await rig.clock.advance(1_000);
    expect(dispatcher.counts.bytes).toBeLessThanOrEqual(800_000);
    for (let index = 0; index < 500; index++) await rig.end(rig.started[index] ?? '');
    await rig.clock.advance(1_000);
    expect(new Set(rig.started).size).toBe(500);
    expect(dispatcher.counts.bytes).toBe(0);
  });
});

/** From now on nothing is committed until the gate opens. */
function hanging(): PromiseWithResolvers<void> {
  const gate = Promise.withResolvers<void>();
  const whole = rig.inbox;
  rig.inbox = overriding(whole, {
    insert: async (...args) => {
      await gate.promise;
      return await whole.insert(...args);
    },
  });
  return gate;
}

async function outcomeOf(accepting: Promise<boolean>): Promise<string> {
  return await accepting.then(
    () => 'taken',
    ({ code }: BotServerError) => code,
  );
}

/** An event of 20,000 bytes. */
function large(id: string, over: Partial<Envelope> = {}): Envelope {
  const text = JSON.stringify({ of: id });
  return anEnvelope(id, { bytes: new TextEncoder().encode(text.padEnd(20_000)), body: { of: id }, ...over });
}
