/** What `audit list` prints, without a server. */
import { expect, it } from 'vitest';
import { registerJob } from '../jobs/job-rows-repository.ts';
import { discardEvents } from '../operations/events/discard-events.ts';
import { pauseJob } from '../operations/jobs/pause-job.ts';
import { NOW_MS, openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';

it('the list of the audit says what was changed, and not only that something was', async () => {
  const operations = await openOperations('sqlite');
  await registerJob(operations.storage.store, { name: 'digest', schedule: 'hour', isPerTeam: true }, NOW_MS);
  await operations.run(pauseJob, { job: 'digest' });
  await operations.run(discardEvents, { eventId: 'Ev0ACME0001' }).catch(() => {});
  const lines = await said(operations, 'audit list');
  expect(lines.find((line) => line.includes('jobs.pause'))).toMatch(/ job digest +done /);
  expect(lines.find((line) => line.includes('events.discard'))).toMatch(/ event Ev0ACME0001 +event_not_found/);
});

it('the list of the audit refuses an operation that there is none of, and names those that there are', async () => {
  const operations = await openOperations('sqlite');
  await expect(said(operations, 'audit list --operation nope')).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^There is no operation "nope"; there are status, why, .*audit/),
  });
  await expect(said(operations, 'audit list --operation teams.deactivat')).rejects.toMatchObject({
    message: expect.stringContaining('teams.deactivate, '),
  });
  expect(await said(operations, 'audit list --operation teams', 'audit list --operation jobs.pause')).toEqual([
    'no entries\n',
    'no entries\n',
  ]);
});
