/** A paused job goes on. What was missed meanwhile is made up for by one run, as after a time without a server. */
import { z } from 'zod';
import { setPaused } from '../../jobs/job-rows-repository.ts';
import { next, server } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { jobName, jobSnapshot, requireJob } from './find-job.ts';

export const resumeJob = defineOperation({
  name: 'jobs.resume',
  role: 'operate',
  summary: 'resume a paused job; what it missed runs once',
  undo: 'jobs.pause',
  snapshot: jobSnapshot,
  input: z.strictObject({ job: jobName }),
  output: z.object({ job: z.string(), changed: z.boolean().describe('False when it was not paused.'), server, next }),
  errors: ['job_not_found'],
  async run(context, { job: name }) {
    await requireJob(context, name);
    const changed = await setPaused(context.store, name, null);
    const pid = (await context.findServer())?.pid ?? null;
    return { job: name, changed, server: pid, next: wordsOf(changed, pid) };
  },
});

function wordsOf(changed: boolean, pid: number | 'unknown' | null): string {
  if (!changed) return 'nothing: it was not paused';
  if (pid === null) return 'no server is running; the next one runs it';
  return 'the running server goes on within a second, and makes up for what was missed by one run';
}
