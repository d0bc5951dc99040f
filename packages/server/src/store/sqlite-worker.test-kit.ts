/** Entry of a thread that does one task of a store after another; see start-worker.test-kit.ts. */
import { parentPort } from 'node:worker_threads';
import type { Errand } from './start-worker.test-kit.ts';
import { work } from './worker-task.ts';

parentPort?.on('message', ({ task, port }: Errand) => {
  port.once('close', () => parentPort?.postMessage('done'));
  work(task, port);
  // A session closes it itself.
  if (task.kind !== 'session') port.close();
});
