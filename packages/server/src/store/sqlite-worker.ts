/**
 * Entry of the store's worker thread: SQLite is synchronous and waits for the disk, so it does that here and the event
 * loop goes on. Started by sqlite-store.ts for a session, by embedded-lock.ts for one question, by sqlite-backup.ts for one copy.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '../assert-never.ts';
import { findHolder } from './lock-file.ts';
import { unpackParams } from './packed-params.ts';
import { copyHere } from './sqlite-backup.ts';
import type { Call, PackedRequest, Request, WorkerSettings, WorkerTask } from './sqlite-messages.ts';
import { SqliteSession } from './sqlite-session.ts';

function work(task: WorkerTask): void {
  switch (task.kind) {
    case 'session':
      return serve(task.settings);
    case 'find-holder':
      return parentPort?.postMessage(findHolder(task.path));
    case 'copy':
      return parentPort?.postMessage(copyHere(task.path, task.copy, task.name));
    default:
      return assertNever(task, 'task of the database worker');
  }
}

function serve(settings: WorkerSettings): void {
  const session = new SqliteSession(settings, (message) => parentPort?.postMessage(message));
  parentPort?.on('message', (message: Request | PackedRequest) => {
    const request = unpack(message);
    session.handle(request);
    if (request.call.op === 'close') parentPort?.close();
  });
}

function unpack({ id, call }: Request | PackedRequest): Request {
  if (!('packed' in call)) return { id, call };
  const { packed, ...rest } = call;
  return { id, call: { ...rest, params: unpackParams(packed) } as Call };
}

work(workerData as WorkerTask);
