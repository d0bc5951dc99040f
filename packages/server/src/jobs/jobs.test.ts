import { describe, expect, it, vi } from 'vitest';
import { engines } from '../store/store-fixture.test-kit.ts';
import {
  addTeams,
  aGate,
  aProcess,
  aWorld,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  START_MS,
  slotsOf,
} from './jobs.test-kit.ts';

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

describe.each(engines)('a clock that was an hour ahead, on %s', (engine) => {
  const YEAR_MS = 365 * DAY_MS;
  const EVERY_MINUTE = [
    ['every', 'minute'],
    ['cron', { cron: '* * * * *', timezone: 'Europe/Berlin' }],
  ] as const;

  it.each(EVERY_MINUTE)('does not silence %s when it is set back, nor an hour later', async (_, schedule) => {
    const world = await aWorld(engine);
    const { jobs, start } = aProcess(world);
    const runs: number[] = [];
    jobs.every(schedule, ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'tick' });
    await start();
    world.clock.setWall(HOUR_MS);
    await world.clock.advance(5 * MINUTE_MS);
    world.clock.setWall(-HOUR_MS);
    runs.length = 0;
    await world.clock.advance(10 * MINUTE_MS);
    // The first minute is when it is seen that the clock was set back.
    expect(runs.length).toBeGreaterThanOrEqual(9);
    await world.clock.advance(45 * MINUTE_MS);
    runs.length = 0;
    await world.clock.advance(15 * MINUTE_MS);
    expect(runs).toHaveLength(15);
  });

  it.each(EVERY_MINUTE)('does not silence %s when it is set back while no server runs', async (_, schedule) => {
    const world = await aWorld(engine);
    world.clock.setWall(YEAR_MS);
    const before = aProcess(world);
    before.jobs.every(schedule, () => {}, { name: 'tick' });
    await before.start();
    await world.clock.advance(5 * MINUTE_MS);
    await before.jobs.stop({ graceMs: 0 });
    world.clock.setWall(-YEAR_MS);
    const { jobs, start } = aProcess(world);
    const runs: number[] = [];
    jobs.every(schedule, ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'tick' });
    await start();
    await world.clock.advance(5 * MINUTE_MS);
    expect(runs).toHaveLength(5);
    const [oldest, ...others] = await slotsOf(world.store);
    // What is left of the runs of next year says that the job is not new.
    expect(oldest?.slotMs).toBeLessThan(world.clock.now());
    expect(others.map(({ slotMs }) => slotMs)).toEqual(runs);
  });

  it('does not silence everyTeam, in memory or in rows, and not by a time of next year', async () => {
    const world = await aWorld(engine);
    await addTeams(world.store, ['T1', 'T2']);
    await world.store.run("insert into job_team (name, team_id, last_run_ms) values ('hourly', 'T1', $1)", [
      START_MS + YEAR_MS,
    ]);
    const { jobs, start } = aProcess(world, { teams: ['T1', 'T2'] });
    const runs: string[] = [];
    jobs.everyTeam('hour', ({ teamId }) => runs.push(teamId), { name: 'hourly' });
    await start();
    world.clock.setWall(DAY_MS);
    await world.clock.advance(MINUTE_MS);
    world.clock.setWall(-DAY_MS);
    runs.length = 0;
    await world.clock.advance(HOUR_MS + 2 * MINUTE_MS);
    expect(new Set(runs)).toEqual(new Set(['T1', 'T2']));
    const rows = await world.store.all('select last_run_ms from job_team');
    for (const { last_run_ms } of rows) expect(last_run_ms).toBeLessThanOrEqual(world.clock.now());
  });
});

describe.each(engines)('a job whose error the store does not take, on %s', (engine) => {
  it('ends with what can be stored of it, and runs at its next time', async () => {
    const world = await aWorld(engine);
    const { jobs, start, warnings } = aProcess(world);
    const errors = ['a\0b', 'plain'];
    jobs.every('minute', () => Promise.reject(new Error(errors.shift() ?? 'none left')), { name: 'tick' });
    await start();
    await world.clock.advance(2 * MINUTE_MS);
    await vi.waitFor(async () => {
      await world.clock.advance(0);
      expect((await slotsOf(world.store)).map(({ state, error }) => [state, error])).toEqual([
        ['failed', expect.stringContaining('a\ufffdb')],
        ['failed', expect.stringContaining('plain')],
      ]);
    });
    expect(warnings).toEqual([]);
  });
});

describe.each(engines)('the last runs of teams on %s', (engine) => {
  it('outlive the process, and go with the team', async () => {
    const world = await aWorld(engine);
    const teams = ['T1', 'T2', 'T3'];
    await addTeams(world.store, teams.slice(0, 2));
    const { jobs, start, warnings } = aProcess(world, { teams });
    jobs.everyTeam('hour', () => {}, { name: 'hourly' });
    await start();
    await world.clock.advance(2 * HOUR_MS);
    const rows = () => world.store.all('select name, team_id, last_run_ms from job_team order by team_id');
    expect((await rows()).map(({ team_id }) => team_id)).toEqual(['T1', 'T2']);
    expect((await rows()).every(({ last_run_ms }) => Number(last_run_ms) > START_MS + HOUR_MS)).toBe(true);
    await world.store.run("delete from installation where key = 'T1'");
    expect((await rows()).map(({ team_id }) => team_id)).toEqual(['T2']);
    expect(warnings).toEqual([]);
  });
});

describe('everyTeam', () => {
  const THOUSAND = Array.from({ length: 1_000 }, (_, index) => `T${10_000 + index}`);

  /** Teams in a world, with a job that notes who ran. */
  async function aTeamJob({
    teams = ['T1', 'T2', 'T3'],
    away,
    work = () => {},
    timeoutMs = 5 * MINUTE_MS,
    slowAfterMs = 10 * SECOND_MS,
  }: {
    teams?: readonly string[];
    away?: ReadonlySet<string>;
    work?: (turn: { teamId: string; signal: AbortSignal }) => unknown;
    timeoutMs?: number;
    slowAfterMs?: number;
  } = {}) {
    const world = await aWorld();
    await addTeams(world.store, teams);
    const runs: { teamId: string; atMs: number }[] = [];
    const startProcess = async () => {
      const rig = aProcess(world, { teams, ...(away ? { away } : {}) });
      rig.jobs.everyTeam(
        'hour',
        (turn) => {
          runs.push({ teamId: turn.teamId, atMs: world.clock.now() });
          return work(turn);
        },
        { name: 'hourly', timeoutMs, slowAfterMs },
      );
      await rig.start();
      return rig;
    };
    return { world, runs, startProcess, idsOf: () => runs.map(({ teamId }) => teamId).toSorted() };
  }

  it('runs for a thousand teams once per interval, spread over it', async () => {
    const { world, runs, startProcess, idsOf } = await aTeamJob({ teams: THOUSAND });
    await startProcess();
    await world.clock.advance(HOUR_MS + SECOND_MS);
    expect(Array.from(new Set(idsOf()))).toEqual(THOUSAND);
    // The turn of a few is in the first second, and so in the last one again.
    expect(runs.length).toBeLessThanOrEqual(1_005);
    const perSixth = Array.from({ length: 6 }, () => 0);
    for (const { atMs } of runs) perSixth[Math.min(5, Math.floor((atMs - START_MS) / (10 * MINUTE_MS)))]!++;
    expect(Math.min(...perSixth)).toBeGreaterThan(120);
    expect(Math.max(...perSixth)).toBeLessThan(220);
  });

  it('goes on after a restart where it was: due teams once, the others in their turn', async () => {
    const { world, runs, startProcess, idsOf } = await aTeamJob();
    const before = await startProcess();
    await world.clock.advance(HOUR_MS + SECOND_MS);
    expect(idsOf()).toEqual(['T1', 'T2', 'T3']);
    const first = new Map(runs.map(({ teamId, atMs }) => [teamId, atMs]));
    await before.jobs.stop({ graceMs: 0 });
    runs.length = 0;
    await startProcess();
    await world.clock.advance(HOUR_MS);
    expect(idsOf()).toEqual(['T1', 'T2', 'T3']);
    const drifts = runs.map(({ teamId, atMs }) => atMs - (first.get(teamId) ?? 0) - HOUR_MS);
    expect(drifts.every((drift) => Math.abs(drift) <= 2 * SECOND_MS)).toBe(true);
  });

  it('makes up for many missed intervals by one run', async () => {
    const { world, runs, startProcess, idsOf } = await aTeamJob();
    const before = await startProcess();
    await world.clock.advance(HOUR_MS + SECOND_MS);
    await before.jobs.stop({ graceMs: 0 });
    await world.clock.advance(20 * HOUR_MS);
    runs.length = 0;
    await startProcess();
    await world.clock.advance(30 * MINUTE_MS);
    expect(idsOf()).toEqual(['T1', 'T2', 'T3']);
    await world.clock.advance(31 * MINUTE_MS);
    expect(runs).toHaveLength(6);
  });

  it('keeps the first turn of a team over restarts that come before it', async () => {
    const { world, startProcess, idsOf } = await aTeamJob();
    for (let restarts = 0; restarts < 5; restarts++) {
      const { jobs } = await startProcess();
      await world.clock.advance(15 * MINUTE_MS);
      await jobs.stop({ graceMs: 0 });
    }
    expect(new Set(idsOf())).toEqual(new Set(['T1', 'T2', 'T3']));
  });

  it('passes over a team that is away, and runs it when it is back', async () => {
    const away = new Set(['T2']);
    const { world, runs, startProcess, idsOf } = await aTeamJob({ away });
    await startProcess();
    await world.clock.advance(3 * HOUR_MS + SECOND_MS);
    expect(new Set(idsOf())).toEqual(new Set(['T1', 'T3']));
    runs.length = 0;
    away.clear();
    await world.clock.advance(10 * SECOND_MS);
    expect(idsOf()).toContain('T2');
    await world.clock.advance(HOUR_MS - 20 * SECOND_MS);
    expect(idsOf().filter((teamId) => teamId === 'T2')).toHaveLength(1);
  });

  it('runs for ten teams at a time where slow ones lend no place, and none of them holds up the others for ever', async () => {
    const teams = THOUSAND.slice(0, 30);
    const away = new Set(teams);
    let running = 0;
    let most = 0;
    const { world, startProcess, idsOf } = await aTeamJob({
      teams,
      away,
      work: async ({ signal }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        running--;
      },
      slowAfterMs: 5 * MINUTE_MS,
    });
    const { failures } = await startProcess();
    await world.clock.advance(2 * HOUR_MS);
    away.clear();
    await world.clock.advance(MINUTE_MS);
    expect(idsOf()).toHaveLength(10);
    await world.clock.advance(15 * MINUTE_MS);
    expect(idsOf()).toEqual(teams);
    expect([most, failures.length]).toEqual([10, 30]);
  });

  it('runs for a team in time although those of forty others hang, round after round', async () => {
    const bad = THOUSAND.slice(0, 40);
    const teams = [...bad, 'TGOOD'];
    const away = new Set(teams);
    const world = await aWorld();
    await addTeams(world.store, teams);
    const { jobs, start } = aProcess(world, { teams, away });
    const runsAtMs: number[] = [];
    const work = ({ teamId }: { teamId: string }) =>
      teamId === 'TGOOD' ? runsAtMs.push(world.clock.now()) : new Promise(() => {});
    jobs.everyTeam('minute', work, { name: 'minutely' });
    await start();
    await world.clock.advance(5 * MINUTE_MS);
    // All at once: the one that works is the last of them, or not.
    away.clear();
    const fromMs = world.clock.now();
    await world.clock.advance(30 * MINUTE_MS);
    const gaps = runsAtMs.map((atMs, index) => atMs - (runsAtMs[index - 1] ?? fromMs));
    // A place becomes free each ten seconds for each of ten; one interval and one poll come on top.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * MINUTE_MS);
    expect(runsAtMs.length).toBeGreaterThanOrEqual(28);
  });

  it('never overlaps itself for a team: intervals that pass meanwhile are skipped', async () => {
    const world = await aWorld();
    await addTeams(world.store, ['T1']);
    const { jobs, start, warnings } = aProcess(world, { teams: ['T1'] });
    const gate = aGate();
    let runs = 0;
    const work = () => (runs++, gate.opened);
    const remove = jobs.everyTeam('minute', work, { name: 'slow' });
    await start();
    await world.clock.advance(2 * MINUTE_MS);
    remove();
    jobs.everyTeam('minute', work, { name: 'slow' });
    await world.clock.advance(2 * MINUTE_MS);
    expect(runs).toBe(1);
    gate.open();
    await world.clock.advance(MINUTE_MS + SECOND_MS);
    expect(warnings).toContain('job skipped: its run before was still going');
    expect(runs).toBe(2);
  });

  it('runs again at the next start for a team whose run was cut off', async () => {
    const gate = aGate();
    const { world, runs, startProcess } = await aTeamJob({
      teams: ['T1'],
      work: () => gate.opened,
      timeoutMs: DAY_MS,
    });
    const { jobs } = await startProcess();
    await world.clock.advance(HOUR_MS);
    expect(runs).toHaveLength(1);
    expect(await jobs.stop({ graceMs: 0 })).toEqual({ unfinished: 1 });
    gate.open();
    await startProcess();
    await world.clock.advance(SECOND_MS);
    expect(runs).toHaveLength(2);
  });

  it('reports a failure with its team, and runs for the others', async () => {
    const { world, startProcess, idsOf } = await aTeamJob({
      work: ({ teamId }) => {
        if (teamId === 'T2') throw new Error('the job broke');
      },
    });
    const { failures } = await startProcess();
    await world.clock.advance(HOUR_MS + SECOND_MS);
    expect(idsOf()).toEqual(['T1', 'T2', 'T3']);
    expect(failures).toMatchObject([{ name: 'hourly', teamId: 'T2', error: { code: 'job_failed' } }]);
  });
});
