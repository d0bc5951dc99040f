/** A paused job goes on. What was missed meanwhile is made up for by one run, as after a time without a server. */
import { z } from 'zod';
import { setPaused } from '../../jobs/job-rows-repository.ts';
import { next, server } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { type ActingServer, actingServer } from '../owner.ts';
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
    const acting = await actingServer(context);
    return { job: name, changed, server: acting, next: wordsOf(changed, acting) };
  },
});

function wordsOf(changed: boolean, acting: ActingServer): string {
  if (!changed) return 'nothing: it was not paused';
  if (acting === null) return 'no server is running; the next one runs it';
  const who = acting === 'several' ? 'one of the servers goes on' : 'the running server goes on';
  return `${who} within a second, and makes up for what was missed by one run`;
}
