/** What commands say that find nothing: of what was asked for, and no more. With a running server: test/operator-reports.test.ts. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { standardOutput } from '../observability/standard-output.ts';
import { install, keyOf, NOW_MS, openOperations } from '../operations/operations.test-kit.ts';
import { tellLimits } from '../reports/report-repository.ts';
import { completeProgram } from './program.ts';

it('limits and connections name the filter under which there is nothing', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1', 'T2');
  const limit = { key: 'T1', method: 'chat.postMessage', hits: 2, retryAfterMs: 30_000, lastAtMs: NOW_MS };
  await tellLimits(operations.storage.store, [{ ...limit, untilMs: NOW_MS }]);
  vi.stubEnv('DATABASE_URL', operations.url);
  vi.stubEnv('ENCRYPTION_KEYS', keyOf(7));
  const said: string[] = [];
  const print = vi.spyOn(standardOutput, 'print').mockImplementation((text) => void said.push(text));
  onTestFinished(() => {
    print.mockRestore();
    vi.unstubAllEnvs();
  });
  const program = await completeProgram();
  for (const words of ['limits --paused', 'limits --team T2', 'connections', 'connections acme']) {
    await program.parseAsync(words.split(' '), { from: 'user' });
  }
  expect(said).toEqual([
    'nothing must wait for a limit of Slack\n',
    'Slack has limited nothing of T2 for a day\n',
    'no connection of a team is known\n',
    'no connection matches\n',
  ]);
});
