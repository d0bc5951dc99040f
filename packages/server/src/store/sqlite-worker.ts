/**
 * Entry of the store's worker thread: SQLite is synchronous and waits for the disk, so it does that here and the event
 * loop goes on. Started by sqlite-store.ts for a session, by embedded-lock.ts for one question, by sqlite-backup.ts for one copy.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerTask } from './sqlite-messages.ts';
import { work } from './worker-task.ts';

if (parentPort) work(workerData as WorkerTask, parentPort);
