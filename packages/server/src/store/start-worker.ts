/** Starts the store's worker, from the sources in development and from dist/ when installed. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ownFile } from '../version.ts';
import type { WorkerTask } from './sqlite-messages.ts';

/** The thread runs until its task is done or, for a session, until it was closed. */
export function startWorker(task: WorkerTask): Worker {
  // tsc rewrites the extension of imports, not of URLs.
  const url = ownFile(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url);
  return new Worker(url, {
    workerData: task,
    // Not the parent's flags: some of them (--expose-gc, --input-type) stop a worker from starting.
    // It imports no package, so that it needs no export condition.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
}
