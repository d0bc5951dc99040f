/** What the rows of jobs outlive: a clock that was ahead, an error that the store does not take, a restart. */
import { describe, expect, it, vi } from 'vitest';
import { engines } from '../store/store-fixture.test-kit.ts';
import { summarizeTeams } from './job-rows-repository.ts';
import { jobsOfTeam } from './job-teams-repository.ts';
import { addTeams, aProcess, aWorld, DAY_MS, HOUR_MS, MINUTE_MS, START_MS, slotsOf } from './jobs.test-kit.ts';

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

  it('are none until it has really run, whatever their turns are counted from', async () => {
    const world = await aWorld(engine);
    const teams = ['T1', 'T2'];
    await addTeams(world.store, teams);
    const away = new Set(['T2']);
    const { jobs, start } = aProcess(world, { teams, away });
    const ranAtMs: number[] = [];
    jobs.everyTeam('hour', () => void ranAtMs.push(world.clock.now()), { name: 'hourly' });
    await start();
    const summary = () => summarizeTeams(world.store, 'hourly');
    await vi.waitFor(async () => {
      await world.clock.advance(0);
      expect(await summary()).toEqual({ teams: 2, ran: 0, oldestMs: null, newestMs: null });
    });
    expect(await jobsOfTeam(world.store, 'T1')).toEqual([{ name: 'hourly', ranAtMs: null, isAsked: false }]);

    await world.clock.advance(HOUR_MS);
    const [firstMs = 0] = ranAtMs;
    expect(await summary()).toEqual({ teams: 2, ran: 1, oldestMs: firstMs, newestMs: firstMs });
    expect(await jobsOfTeam(world.store, 'T1')).toEqual([{ name: 'hourly', ranAtMs: firstMs, isAsked: false }]);

    // A time that is only corrected is no run.
    world.clock.setWall(-10 * HOUR_MS);
    await world.clock.advance(MINUTE_MS);
    expect(await summary()).toMatchObject({ ran: 1, newestMs: firstMs });
  });
});
