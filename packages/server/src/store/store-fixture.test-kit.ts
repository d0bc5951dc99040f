/** Databases and processes for tests of the store; everything is made in a folder of the test's own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';

/** A folder that is deleted when the test has finished. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slack-bot-server-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty database with the current schema; closed when the test has finished. */
export async function openTestStore(
  options: Partial<SqliteStoreOptions> = {},
): Promise<SqliteStore & { path: string }> {
  const path = options.path ?? join(await makeFolder(), 'test.db');
  const store = await openSqliteStore({ ...options, path });
  onTestFinished(() => store.close());
  return Object.assign(store, { path });
}

/** Starts store-process.test-kit.ts; killed at the end of the test if it still runs. */
export function startProcess(task: 'write' | 'lock' | 'open' | 'scan', ...args: string[]): ChildProcess {
  const child = fork(new URL('./store-process.test-kit.ts', import.meta.url), [task, ...args], {
    execArgv: ['--conditions=source'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What the process tells next. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message');
  return message;
}

/** Kills the process with -9 and waits until it is gone. */
export async function killProcess(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
