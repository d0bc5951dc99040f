/** A benchmark that is interrupted says what it has, and leaves nothing behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const SOON = { timeout: 20_000, interval: 20 };

it.runIf(process.platform === 'linux')(
  'prints its report and ends its processes when it is asked to end twice, as npm does',
  async () => {
    const words = ['--conditions=source', '--expose-gc', MAIN, 'cluster', '--quick', '--only', 'failover'];
    const bench = spawn(process.execPath, words, {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void bench.kill('SIGKILL'));
    let stdout = '';
    bench.stdout.on('data', (data) => (stdout += data));
    const ended = once(bench, 'close');
    const children = () =>
      readFileSync(`/proc/${bench.pid}/task/${bench.pid}/children`, 'utf8').split(' ').filter(Boolean);
    await vi.waitFor(() => expect(children().length).toBeGreaterThan(0), SOON);
    const pids = children().map(Number);
    bench.kill('SIGINT');
    bench.kill('SIGTERM');
    const [code] = await ended;
    expect(stdout).toContain('interrupted');
    expect(code).toBe(130);
    await vi.waitFor(() => expect(pids.filter(isThere)).toEqual([]), SOON);
  },
  60_000,
);

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
