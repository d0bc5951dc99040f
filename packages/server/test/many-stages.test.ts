/** A suite on the public test kit ends by itself: no stage leaves a socket, a timer or a thread that keeps its process. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { compileCache } from './compile-cache.test-kit.ts';

const SUITE = new URL('./many-stages.test-kit.ts', import.meta.url);

it('a suite under node:test ends by itself, on each transport', async () => {
  const { PATH } = process.env;
  // With --test the runner would end the process of a file that leaves something behind; without, nothing does.
  const words = ['--conditions=source', '--no-warnings', SUITE.pathname];
  const env = { PATH, ...compileCache, STAGES: '3' };
  const { stdout } = await promisify(execFile)(process.execPath, words, { env, timeout: 50_000 });
  expect(stdout).toMatch(/pass 3\n[^]*fail 0\n/);
});
