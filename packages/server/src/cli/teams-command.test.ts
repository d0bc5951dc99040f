/** What `teams …` says of what was mistyped, without a server. */
import { expect, it } from 'vitest';
import { install, openOperations } from '../operations/operations.test-kit.ts';
import { reactivateTeam } from '../operations/teams/reactivate-team.ts';
import { removeTeam } from '../operations/teams/remove-team.ts';
import { said } from './cli.test-kit.ts';

it('a kind of entries that there is none of is a mistake, and what there are is said', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  await expect(said(operations, 'teams timeline T1 --kinds gap,instaled')).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/^kinds\.1 must be one of installed, .*gap.*; got "instaled"$/),
  });
});

it('a timeline without entries of a kind that there is says so', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  expect(await said(operations, 'teams timeline T1 --kinds gap')).toEqual(['no entries of the kind gap\n']);
  expect(await said(operations, 'teams timeline T1 --kinds gap,verdict')).toEqual([
    'no entries of the kinds gap,verdict\n',
  ]);
});

it('the list of teams says what of them waits for a server', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1', 'T2', 'T3');
  await operations.run(removeTeam, { teamId: 'T1' });
  await operations.run(reactivateTeam, { teamId: 'T2' });
  const list = (await said(operations, 'teams list')).join('');
  expect(list).toMatch(/^T1 +Team T1 +active, to be removed /m);
  expect(list).toMatch(/^T2 +Team T2 +active, to be probed /m);
  expect(list).toMatch(/^T3 +Team T3 +active {2,}/m);
});
