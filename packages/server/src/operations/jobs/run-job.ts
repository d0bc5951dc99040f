/** A run of a job now, beside its planned ones. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { askRun, askTeamRuns } from '../../jobs/job-rows-repository.ts';
import { next, server, teamId as teamIdField } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { jobName, jobSnapshot, requireJob } from './find-job.ts';

export const runJob = defineOperation({
  name: 'jobs.run',
  role: 'operate',
  summary: 'run a job now, beside its planned runs; a job per team for one team or for all',
  undo: 'it cannot be undone: the job runs',
  snapshot: jobSnapshot,
  input: z.strictObject({
    job: jobName,
    teamId: teamIdField.optional().describe('Of a job per team: only for this one.'),
  }),
  output: z.object({
    job: z.string(),
    teams: z.int().nullable().describe('For how many teams; null for a job that is not per team.'),
    server,
    next,
  }),
  progress: z.object({ teams: z.int() }),
  errors: ['job_not_found', 'job_paused', 'installation_not_found'],
  async run(context, { job: name, teamId }) {
    const { pausedAtMs, isPerTeam } = await requireJob(context, name);
    if (pausedAtMs !== null) {
      throw new BotServerError('job_paused', `Job ${name} is paused`, { facts: { job: name } });
    }
    if (!isPerTeam && teamId !== undefined) {
      throw new BotServerError('invalid_input', `teamId must be absent: job ${name} is not per team`);
    }
    const teams = isPerTeam ? await askForTeams(context, name, teamId) : null;
    if (teams === null) await askRun(context.store, { name, atMs: Math.floor(context.clock.now()) });
    const pid = (await context.findServer())?.pid ?? null;
    return { job: name, teams, server: pid, next: wordsOf(pid, isPerTeam) };
  },
});

async function askForTeams(
  { store, onProgress }: RunContext<{ teams: number }>,
  name: string,
  teamId: string | undefined,
): Promise<number> {
  const onPage = (teams: number) => onProgress({ teams });
  const teams = await askTeamRuns(store, { name, teamId: teamId ?? null, onPage });
  if (teamId === undefined || teams > 0) return teams;
  throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts: { teamId } });
}

function wordsOf(pid: number | 'unknown' | null, isPerTeam: boolean): string {
  if (pid === null) return 'no server is running; the next one that has this job runs it at its start';
  if (isPerTeam) return 'the server that owns a team begins within a second, for a few teams at a time';
  return 'the first server that takes it begins within a second, or when the run before has ended';
}
