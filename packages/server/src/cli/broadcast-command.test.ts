/** `broadcast start --wait`: what is printed of one that ends. With servers that post it: test/cli-broadcast.test.ts. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { giveUpBroadcast } from '../broadcast/broadcast-repository.ts';
import { cancelBroadcast } from '../operations/broadcast/cancel-broadcast.ts';
import { listBroadcasts } from '../operations/broadcast/list-broadcasts.ts';
import { startBroadcast } from '../operations/broadcast/start-broadcast.ts';
import { install, NOW, NOW_MS, type Operations, openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';

/** The command loads all others first, which takes seconds on a busy machine. */
const PATIENT = { timeout: 30_000 };

/** Cancels broadcast 1 as soon as it runs: earlier it would be one that was ended before all its teams were there. */
async function cancelled({ run }: Operations): Promise<void> {
  await expect
    .poll(() => run(listBroadcasts, {}), PATIENT)
    .toMatchObject({ broadcasts: [{ broadcast: 1, state: 'running' }] });
  expect(await run(cancelBroadcast, { broadcast: 1 })).toMatchObject({ changed: true });
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

it('a broadcast without a server is said to wait for one, also to who waits for its end', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => stderr.mockRestore());
  const waiting = said(operations, 'broadcast start hi --to #general --yes --wait');
  const isTold = () =>
    stderr.mock.calls.some(([text]) => String(text).includes('broadcast 1 waits for a server: none'));
  await expect.poll(isTold, PATIENT).toBe(true);
  expect(await said(operations, 'broadcast show 1')).toContain('broadcast 1 waits for a server: 1 waiting\n');
  const listed = await said(operations, 'broadcast list');
  expect(listed.join('')).toMatch(/^1 +waits for a server /m);
  await cancelled(operations);
  await waiting;
  // What is printed goes to who listened last.
  expect(listed).toContain('broadcast 1 is cancelled: 1 not posted\n');
});

it('a broadcast does not wait while a server runs', async () => {
  const operations = await openOperations('sqlite', { server: 4_711 });
  await install(operations, 'T1');
  await operations.run(startBroadcast, { text: 'hi', to: '#general' });
  expect(await operations.run(listBroadcasts, {})).toMatchObject({
    broadcasts: [{ state: 'running', needsServer: false }],
  });
});

it('a broadcast that was given up says why, and one that has a channel for who cannot be reached names it', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1', 'T2');
  await operations.run(startBroadcast, { text: 'hi', orElse: '#general' });
  const { store } = operations.storage;
  await store.run("update broadcast set state = 'filling'");
  await giveUpBroadcast(store, 1, { from: 'filling', why: 'writer_died', atMs: NOW_MS });
  expect((await said(operations, 'broadcast list')).join('')).toMatch(
    /^1 +cancelled \(writer died\) .* installer, or else #general +2 +2 not posted/m,
  );
  const told = await said(operations, 'broadcast show 1');
  expect(told.slice(0, 2)).toEqual([
    'broadcast 1 is cancelled, because the process that was preparing its recipients died (nothing was posted: start it again): 2 not posted\n',
    `to installer, or else #general, asked ${NOW} by test:ann, at most 60 a minute\n`,
  ]);
});

it('a reason that is not known here is told as it is, whatever it is called', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  await operations.run(startBroadcast, { text: 'hi', to: '#general' });
  await operations.storage.store.run("update broadcast set state = 'cancelled', why = 'constructor'");
  expect((await said(operations, 'broadcast show 1'))[0]).toBe(
    'broadcast 1 is cancelled, because constructor: 1 not posted\n',
  );
});
