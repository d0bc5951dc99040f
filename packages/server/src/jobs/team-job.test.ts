/** everyTeam: one run per team and interval, and no team that holds up another. */
import { describe, expect, it } from 'vitest';
import { addTeams, aGate, aProcess, aWorld, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, START_MS } from './jobs.test-kit.ts';

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
