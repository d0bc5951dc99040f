/** A job begins nothing more, on any server, until it is resumed. What runs goes on. */
import { z } from 'zod';
import { setPaused } from '../../jobs/job-rows-repository.ts';
import { next, server } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { type ActingServer, actingServer } from '../owner.ts';
import { jobName, jobSnapshot, requireJob } from './find-job.ts';

export const pauseJob = defineOperation({
  name: 'jobs.pause',
  role: 'operate',
  summary: 'pause a job on all servers, also across restarts',
  undo: 'jobs.resume',
  snapshot: jobSnapshot,
  input: z.strictObject({ job: jobName }),
  output: z.object({
    job: z.string(),
    changed: z.boolean().describe('False when it was paused already.'),
    server,
    next,
  }),
  errors: ['job_not_found'],
  async run(context, { job: name }) {
    await requireJob(context, name);
    const changed = await setPaused(context.store, name, Math.floor(context.clock.now()));
    const acting = await actingServer(context);
    return { job: name, changed, server: acting, next: wordsOf(changed, acting) };
  },
});

function wordsOf(changed: boolean, acting: ActingServer): string {
  if (!changed) return 'nothing: it was paused before';
  if (acting === null) return 'no server is running; the next one does not run it';
  return 'every server follows it within a second; a run in progress ends by itself';
}
