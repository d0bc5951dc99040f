/** `incident wait` where nobody is held any more. With a server and Slack: test/cli-incident.test.ts. */
import { expect, it } from 'vitest';
import { install, openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';

it('does not say of teams that are deactivated already that none of them is', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  const { store } = operations.storage;
  await store.run(
    "update installation set status = 'inactive', reason = 'account_inactive', since_ms = 1, incident_since_ms = 1",
  );
  expect((await said(operations, 'incident wait'))[0]).toBe(
    'no team is held; 1 team deactivated just before stay so until Slack answers for them\n',
  );
});
