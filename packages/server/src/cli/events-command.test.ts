/** Which events a change is about, as it is said on a command line. With a running server: test/cli-events.test.ts. */
import { expect, it } from 'vitest';
import { openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';

const WAYS = 'an EVENT_ID, or --where QUERY, --team, --type and others, or --all';

it.each(['events replay Ev1 --all', 'events discard --all --team T1', 'events replay Ev1 --since 2h'])(
  '%s names them twice, and is told that only one of these goes',
  async (command) => {
    await expect(said(await openOperations('sqlite'), command)).rejects.toMatchObject({
      code: 'usage',
      message: `Name the failed events in one way only: ${WAYS}`,
      fix: 'Leave out all but one of them.',
    });
  },
);

it('who names none is told the ways', async () => {
  await expect(said(await openOperations('sqlite'), 'events replay')).rejects.toMatchObject({
    code: 'usage',
    message: `Name the failed events: ${WAYS}`,
  });
});
