/** One server per embedded database; the command line works beside it and only asks. How it holds: see lock-file.ts. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { BotServerError } from '../errors.ts';
import type { Holder } from './lock-file.ts';
import { startWorker } from './start-worker.ts';

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
