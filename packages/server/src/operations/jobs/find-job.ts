/** A job by its name. */
import { BotServerError } from '../../errors.ts';
import { findJob, type JobRow } from '../../jobs/job-rows-repository.ts';
import { id, isoTime } from '../fields.ts';
import type { OperationContext } from '../operation-context.ts';

export const jobName = id('the name of a job, as `jobs list` shows it');

/** @throws BotServerError `job_not_found` */
export async function requireJob({ store }: Pick<OperationContext, 'store'>, name: string): Promise<JobRow> {
  const job = await findJob(store, name);
  if (job) return job;
  throw new BotServerError('job_not_found', `No server has registered a job named ${name}`, { facts: { job: name } });
}

/** What the audit says of it. */
export async function jobSnapshot({ store }: Pick<OperationContext, 'store'>, { job: name }: { job: string }) {
  const job = await findJob(store, name);
  if (!job) return undefined;
  const { pausedAtMs, runAtMs, runSeq, isPerTeam } = job;
  const paused = pausedAtMs === null ? null : isoTime(pausedAtMs);
  // Which of them there is: a run that waits to begin, or how often runs for teams were asked for.
  return isPerTeam
    ? { paused, teamRunsAsked: runSeq }
    : { paused, runAsked: runAtMs === null ? null : isoTime(runAtMs) };
}
