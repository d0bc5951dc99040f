/** What `teams …` says of what was mistyped, without a server. */
import { expect, it } from 'vitest';
import { install, openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';

it('a timeline without entries of a kind names the kinds of which it has some', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  expect(await said(operations, 'teams timeline T1 --kinds instaled')).toEqual([
    'no entries of the kinds instaled; there are entries of installed\n',
  ]);
});
