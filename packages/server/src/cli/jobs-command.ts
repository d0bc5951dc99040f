/** `slack-bot-server jobs …`: the jobs of the bot. */

import type { Command } from 'commander';
import { BotServerError } from '../errors.ts';
import { type JobListRow, listJobs } from '../operations/jobs/list-jobs.ts';
import { pauseJob } from '../operations/jobs/pause-job.ts';
import { resumeJob } from '../operations/jobs/resume-job.ts';
import { runJob } from '../operations/jobs/run-job.ts';
import { counted } from '../operations/why/words.ts';
import { confirm, type YesOption } from './confirm.ts';
import { commandOf, numberOption } from './operation-command.ts';
import { type JsonOption, say, sayFacts, sayJson, sayTable } from './output.ts';
import { runOperation, withOperations } from './run-operation.ts';

export function addJobs(jobs: Command): void {
  commandOf(jobs, listJobs, { isDefault: true })
    .addOption(numberOption('--runs <n>', 'last runs of each with --json, 0 to 50', listJobs.input.shape.runs))
    .action(jobsList);
  commandOf(jobs, runJob)
    .argument('<job>', 'its name, as `jobs list` shows it')
    .option('--team <team>', 'of a job per team: only for this one')
    .option('--dry-run', 'only count the teams')
    .option('--yes', 'do not ask')
    .action(jobsRun);
  commandOf(jobs, pauseJob).argument('<job>').action(jobsPause);
  commandOf(jobs, resumeJob).argument('<job>').action(jobsResume);
}

/** `jobs list`. */
export async function jobsList({ json, runs }: JsonOption & { runs?: number }): Promise<void> {
  const { jobs } = await runOperation(listJobs, { runs });
  if (json) return sayJson(jobs);
  if (jobs.length === 0) return say('no server has registered a job');
  sayTable(
    ['JOB', 'SCHEDULE', 'STATE', 'NEXT', 'LAST', 'OUTCOME', 'NODE'],
    jobs.map((job) => [job.name, job.schedule, stateOf(job), job.nextRun ?? '–', ...lastOf(job)]),
  );
}

function stateOf({ paused, asked }: JobListRow): string {
  if (paused !== null) return `paused since ${paused}`;
  return asked === null ? 'active' : 'a run is asked for';
}

function lastOf({ runs: [last], teams }: JobListRow): [string, string, string] {
  if (teams) return [teams.newest ?? '–', ranFor(teams), '–'];
  return last ? [last.started, last.error ?? last.outcome, last.node] : ['–', '–', '–'];
}

function ranFor({ count, ran }: NonNullable<JobListRow['teams']>): string {
  return ran === count ? counted(count, 'team') : `${ran} of ${counted(count, 'team')}`;
}

export interface RunJobOptions extends JsonOption, YesOption {
  team?: string;
  dryRun?: boolean;
}

/** `jobs run JOB`: of a job that runs for more than the team that is named it says for how many, and asks. */
export async function jobsRun(name: string, options: RunJobOptions): Promise<void> {
  const { json, team } = options;
  await withOperations(async (run) => {
    const preview = await run(runJob, { job: name, dryRun: true });
    if (team !== undefined && preview.teams === null) throw notPerTeam(name);
    const ofTeams = (teams: number | null) => (teams === null ? '' : ` for ${counted(teams, 'team')}`);
    if (options.dryRun) {
      const wanted = team === undefined ? preview : await run(runJob, { job: name, dryRun: true, teamId: team });
      return json ? sayFacts(wanted) : say(`${name} would run${ofTeams(wanted.teams)}; ${wanted.next}`);
    }
    const reachesMany = team === undefined && preview.teams !== null && preview.teams > 0;
    if (reachesMany && !(await confirm(`run ${name}${ofTeams(preview.teams)}`, options))) return;
    const outcome = await run(runJob, { job: name, teamId: team });
    if (json) return sayFacts(outcome);
    say(`${name} was asked to run now${ofTeams(outcome.teams)}`);
    say(outcome.next);
  });
}

/** Said here: the operation does not know how its field is called on a command line. */
function notPerTeam(name: string): BotServerError {
  const message = `--team is for jobs that run per team, which ${name} does not`;
  return new BotServerError('usage', message, { fix: `Leave out --team: ${name} runs once for all.` });
}

/** `jobs pause JOB`. */
export async function jobsPause(name: string, { json }: JsonOption): Promise<void> {
  const outcome = await runOperation(pauseJob, { job: name });
  if (json) return sayFacts(outcome);
  if (outcome.changed) say(`${name} is paused`);
  say(outcome.next);
}

/** `jobs resume JOB`. */
export async function jobsResume(name: string, { json }: JsonOption): Promise<void> {
  const outcome = await runOperation(resumeJob, { job: name });
  if (json) return sayFacts(outcome);
  if (outcome.changed) say(`${name} goes on`);
  say(outcome.next);
}
