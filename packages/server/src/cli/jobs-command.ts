/** `slack-bot-server jobs …`: the jobs of the bot. */

import type { Command } from 'commander';
import { type JobListRow, listJobs } from '../operations/jobs/list-jobs.ts';
import { pauseJob } from '../operations/jobs/pause-job.ts';
import { resumeJob } from '../operations/jobs/resume-job.ts';
import { runJob } from '../operations/jobs/run-job.ts';
import { counted } from '../operations/why/words.ts';
import { commandOf, numberOption } from './operation-command.ts';
import { type JsonOption, say, sayFacts, sayJson, sayTable } from './output.ts';
import { runOperation } from './run-operation.ts';

export function addJobs(jobs: Command): void {
  commandOf(jobs, listJobs)
    .addOption(numberOption('--runs <n>', 'last runs of each with --json, 0 to 50', listJobs.input.shape.runs))
    .action(jobsList);
  commandOf(jobs, runJob)
    .argument('<job>', 'its name, as `jobs list` shows it')
    .option('--team <team>', 'of a job per team: only for this one')
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
  if (teams) return [teams.newest ?? '–', counted(teams.count, 'team'), '–'];
  return last ? [last.started, last.error ?? last.outcome, last.node] : ['–', '–', '–'];
}

/** `jobs run JOB`. */
export async function jobsRun(name: string, { json, team }: JsonOption & { team?: string }): Promise<void> {
  const outcome = await runOperation(runJob, { job: name, teamId: team });
  if (json) return sayFacts(outcome);
  say(`${name} was asked to run now${outcome.teams === null ? '' : ` for ${counted(outcome.teams, 'team')}`}`);
  say(outcome.next);
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
