/** `broadcast start --wait`: what is printed of one that ends. With servers that post it: test/cli-broadcast.test.ts. */
import { expect, it } from 'vitest';
import { cancelBroadcast } from '../operations/broadcast/cancel-broadcast.ts';
import { install, type Operations, openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';

/** Cancels broadcast 1 as soon as it runs. */
async function cancelled({ run }: Operations): Promise<void> {
  await expect
    .poll(() => run(cancelBroadcast, { broadcast: 1 }).catch(() => undefined))
    .toMatchObject({ changed: true });
}

it('a broadcast that was waited for is told as JSON by its counts, and not by the post of one team', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1', 'T2', 'T3');
  const waiting = said(operations, 'broadcast start hi --to #general --yes --wait --json');
  await cancelled(operations);
  const told = JSON.parse((await waiting).join(''));
  expect(told).toMatchObject({ broadcast: 1, state: 'cancelled', teams: 3, counts: { not_posted: 3 } });
  expect(Object.keys(told)).not.toContain('posts');
  expect(Object.keys(told)).not.toContain('nextCursor');
});
