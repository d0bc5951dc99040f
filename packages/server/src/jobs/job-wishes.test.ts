/** What operators wish of jobs: pausing, resuming, and runs beside the planned ones, by one or two processes. */
import { describe, expect, it, vi } from 'vitest';
import { engines } from '../store/store-fixture.test-kit.ts';
import { askRun, askTeamRuns, findJob, lastRuns, pruneJobs, readJobs, setPaused } from './job-rows-repository.ts';
import {
  addTeams,
  aGate,
  aProcess as aJobsProcess,
  aWorld,
  DAY_MS,
  HOUR_MS,
  type JobsRig,
  MINUTE_MS,
  SECOND_MS,
  START_MS,
  slotsOf,
} from './jobs.test-kit.ts';

const ignorePage = () => {};

type World = Awaited<ReturnType<typeof aWorld>>;

/** One that reads wishes as often as a server does; its start ends when its jobs have their rows. */
function aProcess(world: World, options: { teams?: readonly string[] } = {}): JobsRig {
  const rig = aJobsProcess(world, { wishPollMs: SECOND_MS, ...options });
  const start = async () => {
    await rig.start();
    await until(world, async () => expect(await readJobs(world.store)).not.toEqual([]));
    await world.clock.advance(SECOND_MS);
  };
  return { ...rig, start };
}

/** Real time for the database, and none for the jobs. */
async function until({ clock }: World, check: () => unknown): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance(0);
      await check();
    },
    { timeout: 5_000 },
  );
}

describe.each(engines)('on %s', (engine) => {
  it('a server registers its jobs with their schedules', async () => {
    const world = await aWorld(engine);
    const { jobs, start } = aProcess(world);
    jobs.every({ cron: '0 9 * * *', timezone: 'Europe/Berlin' }, () => {}, { name: 'daily' });
    await start();
    jobs.everyTeam('hour', () => {}, { name: 'digest' });
    await world.clock.advance(SECOND_MS);
    await until(world, async () => expect(await readJobs(world.store)).toHaveLength(2));
    expect(await readJobs(world.store)).toMatchObject([
      { name: 'daily', isPerTeam: false, schedule: { cron: '0 9 * * *', timezone: 'Europe/Berlin' }, pausedAtMs: null },
      { name: 'digest', isPerTeam: true, schedule: 'hour', pausedAtMs: null },
    ]);
  });

  it('a paused job begins nothing on any process within a second, and after a resume what it missed runs once', async () => {
    const world = await aWorld(engine);
    const runs: number[] = [];
    for (const _ of ['a', 'b']) {
      const { jobs, start } = aProcess(world);
      jobs.every('minute', ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'tick' });
      await start();
    }
    await world.clock.advance(MINUTE_MS);
    await until(world, () => expect(runs).toHaveLength(1));
    await setPaused(world.store, 'tick', world.clock.now());
    await world.clock.advance(2 * SECOND_MS);
    await world.clock.advance(10 * MINUTE_MS);
    expect(runs).toHaveLength(1);
    await setPaused(world.store, 'tick', null);
    await world.clock.advance(2 * SECOND_MS);
    await until(world, () => expect(runs).toHaveLength(2));
    expect(runs).toEqual([START_MS + 30 * SECOND_MS, START_MS + 30 * SECOND_MS + 10 * MINUTE_MS]);
    await world.clock.advance(MINUTE_MS);
    await until(world, () => expect(runs).toHaveLength(3));
  });

  it('a job stays paused over a restart, also one that runs at the start', async () => {
    const world = await aWorld(engine);
    const before = aProcess(world);
    before.jobs.every('minute', () => {}, { name: 'tick' });
    await before.start();
    await world.clock.advance(MINUTE_MS);
    await setPaused(world.store, 'tick', world.clock.now());
    await before.jobs.stop({ graceMs: 0 });
    const { jobs, start } = aProcess(world);
    const runs: number[] = [];
    jobs.every('minute', ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'tick', isRunAtStart: true });
    await start();
    await world.clock.advance(5 * MINUTE_MS);
    expect(runs).toEqual([]);
    await setPaused(world.store, 'tick', null);
    await world.clock.advance(2 * MINUTE_MS);
    await until(world, () => expect(runs.length).toBeGreaterThan(0));
  });

  it('a run that is asked for begins within a second, once, on one process', async () => {
    const world = await aWorld(engine);
    const runs: number[] = [];
    for (const _ of ['a', 'b']) {
      const { jobs, start } = aProcess(world);
      jobs.every('day', ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'daily' });
      await start();
    }
    const atMs = world.clock.now() + 7;
    await askRun(world.store, { name: 'daily', atMs });
    await world.clock.advance(SECOND_MS);
    await until(world, () => expect(runs).toEqual([atMs]));
    await world.clock.advance(5 * SECOND_MS);
    expect(runs).toEqual([atMs]);
    await until(world, async () => expect(await findJob(world.store, 'daily')).toMatchObject({ runAtMs: null }));
    expect(await lastRuns(world.store, 'daily', 5)).toMatchObject([{ slotMs: atMs, state: 'done', error: null }]);
    await world.clock.leap(DAY_MS);
    await until(world, () => expect(runs).toHaveLength(2));
  });

  it('a run that is asked for while the job runs begins when that has ended', async () => {
    const world = await aWorld(engine);
    const { jobs, start } = aProcess(world);
    const gate = aGate();
    const runs: number[] = [];
    jobs.every('hour', ({ plannedAtMs }) => (runs.push(plannedAtMs), gate.opened), { name: 'long', timeoutMs: DAY_MS });
    await start();
    await world.clock.leap(HOUR_MS);
    await askRun(world.store, { name: 'long', atMs: world.clock.now() });
    await world.clock.advance(MINUTE_MS);
    expect(runs).toHaveLength(1);
    gate.open();
    await vi.waitFor(async () => {
      await world.clock.advance(SECOND_MS);
      expect(runs).toHaveLength(2);
    });
  });

  it('a run that is asked for while no server runs begins with the next one', async () => {
    const world = await aWorld(engine);
    const before = aProcess(world);
    before.jobs.every('day', () => {}, { name: 'daily' });
    await before.start();
    await before.jobs.stop({ graceMs: 0 });
    const atMs = world.clock.now();
    await askRun(world.store, { name: 'daily', atMs });
    await world.clock.advance(MINUTE_MS);
    const { jobs, start } = aProcess(world);
    const runs: number[] = [];
    jobs.every('day', ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'daily' });
    await start();
    await world.clock.advance(2 * SECOND_MS);
    await until(world, () => expect(runs).toEqual([atMs]));
  });

  it('a job per team runs for the team that is named, or for all, and counts its interval from then', async () => {
    const world = await aWorld(engine);
    const teams = ['T1', 'T2', 'T3'];
    await addTeams(world.store, teams);
    const { jobs, start } = aProcess(world, { teams });
    const runs: string[] = [];
    jobs.everyTeam('day', ({ teamId }) => runs.push(teamId), { name: 'digest' });
    await start();
    // The first turns of newcomers are in the past; they come a day later.
    await world.clock.advance(15 * SECOND_MS);
    runs.length = 0;
    expect(await askTeamRuns(world.store, { name: 'digest', teamId: 'T2', onPage: ignorePage })).toBe(1);
    expect(await askTeamRuns(world.store, { name: 'digest', teamId: 'T9', onPage: ignorePage })).toBe(0);
    await world.clock.advance(2 * SECOND_MS);
    await until(world, () => expect(runs).toEqual(['T2']));
    await askTeamRuns(world.store, { name: 'digest', teamId: 'T1', onPage: ignorePage });
    await askTeamRuns(world.store, { name: 'digest', teamId: 'T3', onPage: ignorePage });
    await world.clock.advance(2 * SECOND_MS);
    await until(world, () => expect(runs.toSorted()).toEqual(['T1', 'T2', 'T3']));
    expect(await askTeamRuns(world.store, { name: 'digest', teamId: null, onPage: ignorePage })).toBe(3);
    await world.clock.advance(2 * SECOND_MS);
    await until(world, () => expect(runs).toHaveLength(6));
    await world.clock.leap(HOUR_MS);
    expect(runs).toHaveLength(6);
  });

  it('a run that is asked for passes over teams that are not active, and does not wait for their return', async () => {
    const world = await aWorld(engine);
    const teams = ['T1', 'T2', 'T3', 'T4'];
    await addTeams(world.store, teams);
    for (const [team, status] of [
      ['T1', 'inactive'],
      ['T2', 'suspended'],
    ] as const)
      await world.store.run('update installation set status = $2 where key = $1', [team, status]);
    await world.store.run(`update team set access = 'revoked' where team_id = 'T3'`);
    const ask = (teamId: string | null) => askTeamRuns(world.store, { name: 'digest', teamId, onPage: ignorePage });
    expect(await Promise.all([null, ...teams].map(ask))).toEqual([1, 0, 0, 0, 1]);
    expect(await world.store.all('select team_id from job_team')).toEqual([{ team_id: 'T4' }]);
  });

  it('a paused job per team runs for none', async () => {
    const world = await aWorld(engine);
    await addTeams(world.store, ['T1']);
    const { jobs, start } = aProcess(world, { teams: ['T1'] });
    const runs: string[] = [];
    jobs.everyTeam('minute', ({ teamId }) => runs.push(teamId), { name: 'digest' });
    await start();
    await world.clock.advance(3 * MINUTE_MS);
    await until(world, () => expect(runs.length).toBeGreaterThan(0));
    await setPaused(world.store, 'digest', world.clock.now());
    await world.clock.advance(2 * SECOND_MS);
    runs.length = 0;
    await world.clock.advance(10 * MINUTE_MS);
    expect(runs).toEqual([]);
  });

  it('jobs that no server has any more are forgotten, but for those that are paused', async () => {
    const world = await aWorld(engine);
    const { jobs, start } = aProcess(world);
    jobs.every('day', () => {}, { name: 'here' });
    await start();
    await world.store.run(
      `insert into job (name, schedule, is_per_team, seen_at_ms, paused_at_ms)
       values ('gone', '"day"', 0, $1, null), ('paused', '"day"', 0, $1, $1)`,
      [START_MS],
    );
    await world.clock.leap(DAY_MS);
    await jobs.prune();
    await world.clock.advance(SECOND_MS);
    await pruneJobs(world.store, world.clock.now() - HOUR_MS);
    expect((await readJobs(world.store)).map(({ name }) => name)).toEqual(['here', 'paused']);
  });

  it('nothing begins before wishes could be read', async () => {
    const world = await aWorld(engine);
    await world.store.run('alter table job rename to away');
    const { jobs, start, warnings } = aJobsProcess(world, { wishPollMs: SECOND_MS });
    const runs: number[] = [];
    jobs.every('minute', ({ plannedAtMs }) => runs.push(plannedAtMs), { name: 'tick' });
    await start();
    await world.clock.advance(2 * MINUTE_MS);
    await until(world, () => expect(warnings).not.toEqual([]));
    expect([runs, warnings]).toEqual([[], ['requests about jobs not read: the store does not answer']]);
    await world.store.run('alter table away rename to job');
    await world.clock.advance(MINUTE_MS);
    await until(world, () => expect(runs.length).toBeGreaterThan(0));
    expect((await slotsOf(world.store)).every(({ state }) => state === 'done')).toBe(true);
  });
});
