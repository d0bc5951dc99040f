/** `jobs run`: what reaches many teams is counted and asked for first. With a running server: test/cli-broadcast.test.ts. */
import { expect, it } from 'vitest';
import { findJob, registerJob } from '../jobs/job-rows-repository.ts';
import { install, type Operations, openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';

/** A job for each of three teams, and one that is not per team. */
async function withJobs(): Promise<Operations> {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1', 'T2', 'T3');
  const schedule = 'hour';
  for (const [name, isPerTeam] of [
    ['each', true],
    ['hourly', false],
  ] as const) {
    await registerJob(operations.storage.store, { name, schedule, isPerTeam }, 1);
  }
  return operations;
}

async function runsAskedFor({ storage }: Operations): Promise<number | undefined> {
  return (await findJob(storage.store, 'each'))?.runSeq;
}

it('a job per team is asked to run for all of them only when somebody says so', async () => {
  const operations = await withJobs();
  await expect(said(operations, 'jobs run each')).rejects.toMatchObject({
    code: 'usage',
    message: 'This would run each for 3 teams: pass --yes',
  });
  expect(await said(operations, 'jobs run each --dry-run')).toEqual([
    'each would run for 3 teams; nothing was asked for\n',
  ]);
  expect(await runsAskedFor(operations)).toBe(0);
  expect(await said(operations, 'jobs run each --yes')).toContain('each was asked to run now for 3 teams\n');
  expect(await runsAskedFor(operations)).toBe(1);
});

it('neither one team nor a job that is not per team is asked about', async () => {
  const operations = await withJobs();
  expect(await said(operations, 'jobs run each --team T2')).toContain('each was asked to run now for 1 team\n');
  expect(await said(operations, 'jobs run hourly')).toContain('hourly was asked to run now\n');
  await expect(said(operations, 'jobs run each --team T9 --dry-run')).rejects.toMatchObject({
    code: 'installation_not_found',
  });
});

it('a team of a job that is not per team is refused in the words of the option', async () => {
  await expect(said(await withJobs(), 'jobs run hourly --team T1')).rejects.toMatchObject({
    code: 'usage',
    message: '--team is for jobs that run per team, which hourly does not',
    fix: 'Leave out --team: hourly runs once for all.',
  });
});

it('the audit of a run says what was asked for, of one job for all as of one per team', async () => {
  const operations = await withJobs();
  await said(operations, 'jobs run hourly', 'jobs run each --yes');
  const list = (await said(operations, 'audit list')).join('');
  expect(list).toMatch(/ job each .* teamRunsAsked 0 → 1/);
  expect(list).toMatch(/ job hourly .* runAsked – → 20/);
});
