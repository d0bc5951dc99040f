/** A run of a job now, beside its planned ones. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { askRun, askTeamRuns, countRunnable } from '../../jobs/job-rows-repository.ts';
import type { ServerHolder } from '../../store/store.ts';
import { next, server, teamId as teamIdField } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';
import { type ActingServer, actingServer, findOwner, serverNamed } from '../owner.ts';
import { jobName, jobSnapshot, requireJob } from './find-job.ts';

export const runJob = defineOperation({
  name: 'jobs.run',
  role: 'operate',
  summary: 'run a job now, beside its planned runs; a job per team for one team or for all that are active',
  undo: 'it cannot be undone: the job runs',
  snapshot: jobSnapshot,
  input: z.strictObject({
    job: jobName,
    teamId: teamIdField.optional().describe('Of a job per team: only for this one.'),
    dryRun: z.boolean('must be true or false').default(false).describe('Only count the teams.'),
  }),
  output: z.object({
    job: z.string(),
    teams: z.int().nullable().describe('For how many active teams; null for a job that is not per team.'),
    server,
    next,
  }),
  progress: z.object({ teams: z.int() }),
  errors: ['job_not_found', 'job_paused', 'installation_not_found', 'installation_not_active'],
  async run(context, { job: name, teamId, dryRun }) {
    const { pausedAtMs, isPerTeam } = await requireJob(context, name);
    if (pausedAtMs !== null) {
      throw new BotServerError('job_paused', `Job ${name} is paused`, { facts: { job: name } });
    }
    if (!isPerTeam && teamId !== undefined) {
      throw new BotServerError('invalid_input', `teamId must be absent: job ${name} is not per team`);
    }
    const teams = isPerTeam ? await askForTeams(context, name, { teamId, dryRun }) : null;
    if (dryRun) return { job: name, teams, server: await actingServer(context), next: 'nothing was asked for' };
    if (teams === null) await askRun(context.store, { name, atMs: Math.floor(context.clock.now()) });
    const owner = teamId === undefined ? undefined : await ownerOfTeam(context, teamId);
    const acting = owner?.pid ?? (await actingServer(context));
    return { job: name, teams, server: acting, next: owner ? nextOf(owner) : wordsOf(acting, isPerTeam) };
  },
});

/** @throws BotServerError `installation_not_found`, `installation_not_active` for the team that is named */
async function askForTeams(
  { store, installations, onProgress }: RunContext<{ teams: number }>,
  name: string,
  { teamId, dryRun }: { teamId: string | undefined; dryRun: boolean },
): Promise<number> {
  const onPage = (teams: number) => onProgress({ teams });
  const teams = dryRun
    ? await countRunnable(store, teamId)
    : await askTeamRuns(store, { name, teamId: teamId ?? null, onPage });
  if (teamId === undefined || teams > 0) return teams;
  if (await installations.findByTeam(teamId)) {
    throw new BotServerError('installation_not_active', `Team ${teamId} is not active: no job runs for it`, {
      facts: { teamId },
    });
  }
  throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts: { teamId } });
}

async function ownerOfTeam(context: RunContext, teamId: string): Promise<ServerHolder | undefined> {
  const view = await context.installations.findByTeam(teamId);
  return view && (await findOwner(context, view.installation.key));
}

function nextOf(owner: ServerHolder): string {
  return `${serverNamed(owner)} begins within a second, or when it has room`;
}

function wordsOf(acting: ActingServer, isPerTeam: boolean): string {
  if (acting === null) return 'no server is running; the next one that has this job runs it at its start';
  if (isPerTeam) return 'the server that owns a team begins within a second, for a few teams at a time';
  return 'the first server that takes it begins within a second, or when the run before has ended';
}
