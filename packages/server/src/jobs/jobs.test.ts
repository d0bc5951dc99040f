/** every and onceAndEvery: planned slots, each run once, by one or two processes. */
import { describe, expect, it } from 'vitest';
import { engines } from '../store/store-fixture.test-kit.ts';
import { aGate, aProcess, aWorld, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, START_MS, slotsOf } from './jobs.test-kit.ts';

/** The first full minute. */
const FIRST_MS = START_MS + 30 * SECOND_MS;

describe.each(engines)('jobs of two processes on one %s store', (engine) => {
  it('run each slot once', async () => {
    const world = await aWorld(engine);
    const runs: string[] = [];
    for (const label of ['a', 'b']) {
      const { jobs, start } = aProcess(world);
      jobs.every('minute', ({ plannedAtMs }) => runs.push(`${label} ${plannedAtMs}`), { name: 'tick' });
      await start();
    }
    await world.clock.advance(3 * MINUTE_MS);
    const planned = [FIRST_MS, FIRST_MS + MINUTE_MS, FIRST_MS + 2 * MINUTE_MS];
    expect(runs.map((run) => Number(run.slice(2)))).toEqual(planned);
    expect(await slotsOf(world.store)).toEqual(
      planned.map((slotMs) => ({ name: 'tick', slotMs, state: 'done', error: null })),
    );
  });

  it('do not begin a slot while the other still runs the one before', async () => {
    const world = await aWorld(engine);
    const gate = aGate();
    const runs: string[] = [];
    const rigs = [aProcess(world), aProcess(world)] as const;
    for (const [index, { jobs, start }] of rigs.entries()) {
      jobs.every('minute', () => (runs.push(String(index)), gate.opened), { name: 'tick' });
      await start();
    }
    await world.clock.advance(3 * MINUTE_MS);
    expect(runs).toHaveLength(1);
    expect(rigs.flatMap(({ warnings }) => warnings)).toContain('job skipped: its run before is still going');
    gate.open();
    await world.clock.advance(MINUTE_MS);
    expect(runs.length).toBeGreaterThan(1);
  });
});

describe('every', () => {
  it('begins with the next planned time, onceAndEvery at the start', async () => {
    const world = await aWorld();
    const { jobs, start } = aProcess(world);
    const runs: string[] = [];
    jobs.every('hour', ({ plannedAtMs }) => runs.push(`every ${plannedAtMs}`));
    jobs.every('hour', ({ plannedAtMs }) => runs.push(`once ${plannedAtMs}`), { isRunAtStart: true });
    await start();
    expect(runs).toEqual([`once ${START_MS}`]);
    await world.clock.advance(HOUR_MS);
    const plannedMs = Date.UTC(2027, 2, 27, 1);
    expect(runs.slice(1).toSorted()).toEqual([`every ${plannedMs}`, `once ${plannedMs}`]);
  });

  it('runs at nine in Berlin over the change of the clocks', async () => {
    const world = await aWorld();
    const { jobs, start } = aProcess(world);
    const runs: string[] = [];
    jobs.every({ cron: '0 9 * * *', timezone: 'Europe/Berlin' }, () => {
      runs.push(new Date(world.clock.now()).toISOString());
    });
    await start();
    await world.clock.advance(3 * DAY_MS);
    expect(runs).toEqual(['2027-03-27T08:00:00.000Z', '2027-03-28T07:00:00.000Z', '2027-03-29T07:00:00.000Z']);
  });

  it('makes up for what was missed without a server by one run of the last slot', async () => {
    const world = await aWorld();
    const before = aProcess(world);
    before.jobs.every('hour', () => {}, { name: 'hourly' });
    await before.start();
    await world.clock.advance(HOUR_MS);
    await before.jobs.stop({ graceMs: 0 });
    await world.clock.advance(10 * HOUR_MS);
    const { jobs, start } = aProcess(world);
    const runs: number[] = [];
    jobs.every('hour', ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'hourly' });
    jobs.every('hour', ({ plannedAtMs }) => runs.push(-plannedAtMs), { name: 'new' });
    await start();
    expect(runs).toEqual([Date.UTC(2027, 2, 27, 11)]);
    await world.clock.advance(HOUR_MS);
    expect(runs.slice(1).toSorted((a, b) => a - b)).toEqual([-Date.UTC(2027, 2, 27, 12), Date.UTC(2027, 2, 27, 12)]);
  });

  it('runs once after the machine slept', async () => {
    const world = await aWorld();
    const { jobs, start } = aProcess(world);
    const runs: number[] = [];
    jobs.every('hour', ({ plannedAtMs }) => runs.push(plannedAtMs));
    await start();
    await world.clock.leap(5 * HOUR_MS);
    expect(runs).toEqual([Date.UTC(2027, 2, 27, 5)]);
  });

  it('skips the slots that come while it still runs, and goes on afterwards', async () => {
    const world = await aWorld();
    const { jobs, start, warnings } = aProcess(world);
    const gate = aGate();
    let running = 0;
    let most = 0;
    let runs = 0;
    jobs.every('minute', async () => {
      most = Math.max(most, ++running);
      runs++;
      await gate.opened;
      running--;
    });
    await start();
    await world.clock.advance(4 * MINUTE_MS);
    expect([runs, warnings]).toEqual([1, Array(3).fill('job skipped: its run before is still going')]);
    gate.open();
    await world.clock.advance(2 * MINUTE_MS);
    expect([runs, most]).toEqual([3, 1]);
  });

  it('aborts and reports a run whose time is over, and runs the next slot', async () => {
    const world = await aWorld();
    const { jobs, start, failures } = aProcess(world);
    const signals: AbortSignal[] = [];
    jobs.every('hour', ({ signal }) => (signals.push(signal), new Promise(() => {})), { name: 'stuck' });
    await start();
    await world.clock.advance(HOUR_MS + 4 * MINUTE_MS);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await world.clock.advance(HOUR_MS);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(signals[0]?.reason).toMatchObject({ code: 'job_timed_out' });
    expect(failures).toMatchObject([{ name: 'stuck', teamId: null, error: { code: 'job_timed_out' } }]);
    expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['failed', 'running']);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('the job broke');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the job broke'))],
  ])('reports a run that %s, and runs the next slot', async (_how, work) => {
    const world = await aWorld();
    const { jobs, start, failures } = aProcess(world);
    jobs.every('minute', work, { name: 'broken' });
    await start();
    await world.clock.advance(2 * MINUTE_MS);
    expect(failures).toHaveLength(2);
    expect(failures[0]?.error).toMatchObject({ code: 'job_failed', cause: { message: 'the job broke' } });
    expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['failed', 'failed']);
  });

  it('waits out a store that does not answer, and then runs the slot', async () => {
    const world = await aWorld();
    const { jobs, start, warnings } = aProcess(world);
    const runs: number[] = [];
    jobs.every('hour', ({ plannedAtMs }) => runs.push(plannedAtMs));
    await start();
    await world.store.run('alter table job_slot rename to away');
    await world.clock.advance(HOUR_MS);
    expect([runs, new Set(warnings)]).toEqual([[], new Set(['job waits: the store does not answer'])]);
    await world.store.run('alter table away rename to job_slot');
    await world.clock.advance(10 * SECOND_MS);
    expect(runs).toEqual([Date.UTC(2027, 2, 27, 1)]);
  });

  it('runs on although the end of a run could not be written', async () => {
    const world = await aWorld();
    const { jobs, start } = aProcess(world);
    const gate = aGate();
    let runs = 0;
    jobs.every('minute', () => (runs++, gate.opened));
    await start();
    await world.clock.advance(MINUTE_MS);
    await world.store.run('alter table job_slot rename to away');
    gate.open();
    await world.clock.advance(SECOND_MS);
    await world.store.run('alter table away rename to job_slot');
    await world.clock.advance(MINUTE_MS);
    expect(runs).toBe(2);
    expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('forgets runs after seven days, but never the newest', async () => {
    const world = await aWorld();
    const { jobs, start } = aProcess(world);
    jobs.every('day', () => {}, { name: 'daily' });
    const remove = jobs.every('hour', () => {}, { name: 'past' });
    await start();
    await world.clock.advance(HOUR_MS);
    remove();
    await world.clock.advance(9 * DAY_MS);
    await jobs.prune();
    const kept = (await slotsOf(world.store)).map(({ name, slotMs }) => `${name} ${new Date(slotMs).getUTCDate()}`);
    expect(kept).toEqual(['past 27', ...[30, 31, 1, 2, 3, 4, 5].map((date) => `daily ${date}`)]);
  });
});

describe('stopping', () => {
  it('waits for a run within the grace', async () => {
    const world = await aWorld();
    const { jobs, start } = aProcess(world);
    const gate = aGate();
    jobs.every('minute', () => gate.opened);
    await start();
    await world.clock.advance(MINUTE_MS);
    const stopped = jobs.stop({ graceMs: 10_000 });
    await world.clock.advance(5_000);
    gate.open();
    expect(await stopped).toEqual({ unfinished: 0 });
    expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['done']);
    await world.clock.advance(HOUR_MS);
    expect(await slotsOf(world.store)).toHaveLength(1);
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('aborts a run after the grace; the next start runs that slot again, and no other', async () => {
    const world = await aWorld();
    const before = aProcess(world);
    const signals: AbortSignal[] = [];
    before.jobs.every('hour', ({ signal }) => (signals.push(signal), new Promise(() => {})), { name: 'long' });
    await before.start();
    await world.clock.advance(HOUR_MS);
    const stopped = before.jobs.stop({ graceMs: 10_000 });
    await world.clock.advance(9_000);
    expect(signals[0]?.aborted).toBe(false);
    await world.clock.advance(1_000);
    expect(await stopped).toEqual({ unfinished: 1 });
    expect(signals[0]?.reason).toMatchObject({ code: 'server_stopped' });
    expect(before.failures).toEqual([]);
    await world.clock.advance(3 * HOUR_MS);
    const { jobs, start } = aProcess(world);
    const runs: number[] = [];
    jobs.every('hour', ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'long', isRunAtStart: true });
    await start();
    expect(runs).toEqual([Date.UTC(2027, 2, 27, 1)]);
    expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['done']);
  });

  it.each(engines)(
    'by death leaves the slot to the next process, and a late end writes nothing: %s',
    async (engine) => {
      const world = await aWorld(engine);
      const gates = [aGate(), aGate()] as const;
      const dead = aProcess(world);
      dead.jobs.every('hour', () => gates[0].opened, { name: 'long' });
      await dead.start();
      await world.clock.advance(HOUR_MS);
      const { jobs, start } = aProcess(world);
      const runs: number[] = [];
      jobs.every('hour', ({ plannedAtMs }) => (runs.push(plannedAtMs), gates[1].opened), { name: 'long' });
      await start();
      expect(runs).toEqual([Date.UTC(2027, 2, 27, 1)]);
      gates[0].open();
      await world.clock.advance(SECOND_MS);
      expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['running']);
      gates[1].open();
      await world.clock.advance(SECOND_MS);
      expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['done']);
    },
  );

  it('refuses jobs that are added afterwards', async () => {
    const { jobs } = aProcess(await aWorld());
    await jobs.stop({ graceMs: 0 });
    expect(() => jobs.every('minute', () => {})).toThrow(expect.objectContaining({ code: 'server_stopped' }));
  });
});

describe('registering', () => {
  it('names jobs by their order and interval, and refuses a name twice until its job is removed', async () => {
    const world = await aWorld();
    const { jobs, start } = aProcess(world);
    jobs.every('minute', () => {});
    jobs.every({ seconds: 20 }, () => {});
    const remove = jobs.every('minute', () => {}, { name: 'mine' });
    const USAGE = expect.objectContaining({ code: 'usage' });
    expect(() => jobs.every('hour', () => {}, { name: 'mine' })).toThrow(USAGE);
    expect(() => jobs.everyTeam('hour', () => {}, { name: 'mine' })).toThrow(USAGE);
    remove();
    jobs.every('hour', () => {}, { name: 'mine' });
    await start();
    await world.clock.advance(30 * SECOND_MS);
    expect((await slotsOf(world.store)).map(({ name }) => name).toSorted()).toEqual(['1 minute', '2 20 s', '2 20 s']);
  });

  it('takes jobs after the start, and a removed one runs no more', async () => {
    const world = await aWorld();
    const { jobs, start } = aProcess(world);
    await start();
    let runs = 0;
    const remove = jobs.every('minute', () => runs++);
    await world.clock.advance(2 * MINUTE_MS);
    remove();
    remove();
    await world.clock.advance(2 * MINUTE_MS);
    expect(runs).toBe(2);
    expect(world.clock.pendingTimers).toBe(0);
  });

  it.each(['', ' ', 'a\0b', '\ud800', 'é'.repeat(256)])('refuses the name %j, which no index holds', async (name) => {
    const { jobs } = aProcess(await aWorld());
    expect(() => jobs.every('minute', () => {}, { name })).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => jobs.everyTeam('minute', () => {}, { name })).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('refuses a timeoutMs of %d', async (timeoutMs) => {
    const { jobs } = aProcess(await aWorld());
    const USAGE = expect.objectContaining({ code: 'usage' });
    expect(() => jobs.every('minute', () => {}, { timeoutMs })).toThrow(USAGE);
    expect(() => jobs.everyTeam('minute', () => {}, { timeoutMs })).toThrow(USAGE);
  });
});
