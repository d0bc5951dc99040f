/** What a thread of the store does: a session with the database, one question, or one copy. Which thread that is: see sqlite-worker.ts. */
import type { MessagePort } from 'node:worker_threads';
import { assertNever } from '../assert-never.ts';
import { findHolder } from './lock-file.ts';
import { unpackParams } from './packed-params.ts';
import { copyHere, readHere } from './sqlite-backup.ts';
import type { Call, PackedRequest, Request, WorkerSettings, WorkerTask } from './sqlite-messages.ts';
import { SqliteSession } from './sqlite-session.ts';

/** @param port Where the store is; closed when a session is. */
export function work(task: WorkerTask, port: MessagePort): void {
  switch (task.kind) {
    case 'session':
      return serve(task.settings, port);
    case 'find-holder':
      return port.postMessage(findHolder(task.path));
    case 'copy':
      return port.postMessage(copyHere(task.path, task.copy, task.name));
    case 'read-backup':
      return port.postMessage(readHere(task.path, task.name));
    default:
      return assertNever(task, 'task of the database worker');
  }
}

function serve(settings: WorkerSettings, port: MessagePort): void {
  const session = new SqliteSession(settings, (message) => port.postMessage(message));
  port.on('message', (message: Request | PackedRequest) => {
    const request = unpack(message);
    session.handle(request);
    if (request.call.op === 'close') port.close();
  });
}

function unpack({ id, call }: Request | PackedRequest): Request {
  if (!('packed' in call)) return { id, call };
  const { packed, ...rest } = call;
  return { id, call: { ...rest, params: unpackParams(packed) } as Call };
}
