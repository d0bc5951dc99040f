/** What sends the events: wrk where it is installed, otherwise a program of our own. Both read the same file. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Child } from '../processes/child.ts';
import type { Load, LoadResult } from './load.ts';

export interface Generator {
  name: 'wrk' | 'node';
  run(load: Load, signal: AbortSignal): Promise<LoadResult>;
}

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./wrk.lua', import.meta.url));
const EXTRA_MS = 20_000;

/** wrk if this machine has it. */
export async function findGenerator(): Promise<Generator> {
  const hasWrk = await run('wrk', ['-v']).then(
    () => true,
    // It prints its version and exits with 1.
    (error: { code?: unknown }) => error.code !== 'ENOENT',
  );
  return hasWrk ? wrk : node;
}

const wrk: Generator = {
  name: 'wrk',
  async run({ port, file, requestBytes, first, count, inFlight, durationMs, mayRepeat, known }, signal) {
    // Whole seconds are all that wrk knows.
    const seconds = Math.max(1, Math.round(durationMs / 1_000));
    const options = ['-t1', `-c${inFlight}`, `-d${seconds}s`, '--timeout', '10s', '-s', SCRIPT];
    const second = known ? [known.first, known.count] : [];
    const script = [file, requestBytes, first, count, mayRepeat ? 'repeat' : 'once', ...second].map(String);
    const words = [...options, `http://127.0.0.1:${port}/slack/events`, '--', ...script];
    const { stdout } = await run('wrk', words, { signal, timeout: seconds * 1_000 + EXTRA_MS });
    const line = stdout.split('\n').findLast((text) => text.startsWith('{'));
    if (line === undefined) throw new Error(`wrk said nothing of its run: ${stdout.slice(0, 500)}`);
    return JSON.parse(line) as LoadResult;
  },
};

/** Raw sockets in a process of its own. */
export const node: Generator = {
  name: 'node',
  async run(load, signal) {
    signal.throwIfAborted();
    await using child = Child.start('generator');
    return await child.ask('generate', load);
  },
};
