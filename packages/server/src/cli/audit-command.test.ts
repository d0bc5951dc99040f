/** What `audit list` prints, without a server. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { registerJob } from '../jobs/job-rows-repository.ts';
import { listAudit } from '../operations/audit/list-audit.ts';
import { discardEvents } from '../operations/events/discard-events.ts';
import { pauseJob } from '../operations/jobs/pause-job.ts';
import { perform } from '../operations/operation.ts';
import { install, NOW_MS, openOperations } from '../operations/operations.test-kit.ts';
import { exportTeam } from '../operations/teams/export-team.ts';
import { makeFolder } from '../store/store-fixture.test-kit.ts';
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

it('the audit of an export says that tokens were asked for and into which file, and has none that wrote nothing', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  const folder = await makeFolder();
  const file = join(folder, 'acme.json');
  const taken = `teams export T1 --tokens --to ${file}`;
  await said(operations, taken);
  await expect(said(operations, taken)).rejects.toMatchObject({ code: 'usage' });
  await expect(said(operations, `teams export T1 --to ${join(folder, 'no', 'acme.json')}`)).rejects.toMatchObject({
    code: 'usage',
  });
  const { entries } = await operations.run(listAudit, { operation: 'teams.export' });
  expect(entries).toMatchObject([{ outcome: 'done', subject: `tokens file ${file}`, input: { tokens: true, file } }]);
});

it('the audit of an export says who has it now and how much, whichever door it left by', async () => {
  const operations = await openOperations('sqlite');
  const { context } = operations;
  await install(operations, 'T1');
  await said(operations, 'teams export T1');
  for (const who of ['api:admin', 'mcp:ann'])
    await perform(exportTeam, { teamId: 'T1' }, { context, actor: { who, from: '192.0.2.1' } });
  const { entries } = await operations.run(listAudit, { operation: 'teams.export' });
  const result = { teams: 1, timeline: 1, documents: 0 };
  expect(entries.toReversed()).toMatchObject([
    { subject: 'to standard output', result },
    { subject: 'to whoever asked over the API', result },
    { subject: 'to the agent that asked', result },
  ]);
});

it('the audit says beside what changed why a hook kept a team', async () => {
  const operations = await openOperations('sqlite');
  await operations.storage.store.run(
    `insert into audit (at_ms, who, origin, operation, team_id, input, outcome, error_code, state_before, state_after, result)
     values (1, 'cli:ann', 'here', 'teams.remove', 'T1', '{}', 'failed', 'team_kept', '{"request":"remove"}', '{"request":null}',
       '{"status":"kept","why":"they still owe us"}')`,
  );
  expect((await said(operations, 'audit list')).join('')).toMatch(
    /team_kept +request remove → –, why=they still owe us\n/,
  );
});

it('the audit claims no change of what was so already, nor of what has not ended', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  await said(operations, 'teams deactivate T1', 'teams deactivate T1');
  await operations.storage.store.run(
    `insert into audit (at_ms, who, origin, operation, team_id, input, state_before)
     values (1, 'cli:ann', 'here', 'teams.purge', 'T2', '{}', '{"status":"inactive"}')`,
  );
  const lines = (await said(operations, 'audit list')).join('').split('\n');
  const ofT1 = lines.filter((line) => line.includes('T1'));
  expect(ofT1).toEqual([
    expect.stringMatching(/done +nothing changed$/),
    expect.stringMatching(/done +status active → /),
  ]);
  expect(lines.find((line) => line.includes('T2'))).toMatch(/ begun$/);
});
