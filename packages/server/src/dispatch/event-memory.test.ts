/** What large events cost a real process, whose memory no fake can tell. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeFolder, nextMessage } from '../store/store-fixture.test-kit.ts';

const MB = 1_000_000;

it('120 events of 900 kB that a team’s listeners leave waiting take a fraction of their size in memory', async () => {
  const child = fork(
    new URL('./event-memory.test-kit.ts', import.meta.url),
    [join(await makeFolder(), 'test.db'), '120', '900000'],
    { execArgv: ['--conditions=source', '--expose-gc'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const told = (await nextMessage(child)) as { grownBytes: number; bytes: number; running: number };
  // The bound of a team, 8 MiB, and the event that reached it. All would be 108 MB, and twice that: as sent and as parsed.
  expect(told.bytes).toBeLessThan(10 * MB);
  expect(told.running).toBe(10);
  expect(told.grownBytes).toBeLessThan(220 * MB);
}, 180_000);
