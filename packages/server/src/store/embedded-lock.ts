/** One server per embedded database; the command line works beside it and only asks. How it holds: see lock-file.ts. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { BotServerError } from '../errors.ts';
import type { Holder } from './lock-file.ts';
import type { SqliteStore } from './sqlite-store.ts';
import { startWorker } from './start-worker.ts';

/**
 * Makes this process the server of the database until the store is closed or the process ends.
 * @throws BotServerError `store_locked`, naming the pid of the server that has it
 */
export function acquireEmbeddedLock(store: SqliteStore): Promise<void> {
  return store.lock();
}

/**
 * The pid of the server that uses the database at `path`; `unknown` when its pid file was lost; undefined when none runs.
 * @throws BotServerError `store_unavailable`
 */
export async function isServerRunning(path: string): Promise<Holder | undefined> {
  const worker = startWorker({ kind: 'find-holder', path: resolve(path) });
  try {
    const [holder] = (await once(worker, 'message')) as [Holder | undefined];
    return holder;
  } catch (cause) {
    throw new BotServerError('store_unavailable', `The lock of the database ${path} cannot be read`, { cause });
  }
}
