/**
 * One server per database: an SQLite file of its own, `<db>.lock`, held by an open transaction, so that the operating
 * system frees it when the process dies, however it dies. `<db>.pid` only says who holds it. Runs in a worker thread.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BotServerError } from '../errors.ts';
import { blockThread, createPrivateFile, fileIdentity } from './sqlite-connection.ts';
import { isBusy } from './sqlite-failure.ts';

/** A question for the lock (isServerRunning) holds it for a moment; whoever takes it waits that long. */
const TAKE_TIMEOUT_MS = 1_000;
/** A new holder writes its pid right after it took the lock. */
const PID_TIMEOUT_MS = 1_000;
const PID_POLL_MS = 20;

/** Who holds the lock; `unknown` when it holds the lock and its pid file was lost. */
export type Holder = number | 'unknown';

export class LockFile {
  readonly #path: string;
  #db: DatabaseSync | undefined;
  #identity: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the lock, or finds that this object holds it already. @throws BotServerError `store_locked` */
  take(): void {
    if (this.#db) return;
    createPrivateFile(lockPath(this.#path));
    const db = tryLock(this.#path, TAKE_TIMEOUT_MS);
    if (!db) throw lockedError(this.#path, readHolder(this.#path));
    this.#db = db;
    this.#identity = fileIdentity(lockPath(this.#path));
    removeDrafts(this.#path);
    writePid(this.#path);
  }

  /**
   * Whether somebody deleted or replaced the file: who takes the lock next gets it. Asks for its inode and opens nothing, because
   * POSIX gives up all locks of a process on a file when any descriptor of that file is closed. (fcntl(2))
   */
  isLost(): boolean {
    return this.#db !== undefined && fileIdentity(lockPath(this.#path)) !== this.#identity;
  }

  release(): void {
    if (!this.#db) return;
    // The pid goes first: afterwards it might be the pid of the next holder, as it may be of a lock that was lost.
    if (!this.isLost()) rmSync(pidPath(this.#path), { force: true });
    this.#db.close();
    this.#db = undefined;
  }
}

/** Who holds the lock of this database now; undefined when nobody does. Creates nothing. */
export function findHolder(path: string): Holder | undefined {
  if (!statSync(lockPath(path), { throwIfNoEntry: false })) return undefined;
  const db = tryLock(path, 0);
  if (!db) return readHolder(path);
  db.close();
  return undefined;
}

function lockedError(path: string, holder: Holder): BotServerError {
  const message = `The database ${path} is in use by another process, ${holder === 'unknown' ? 'pid unknown' : `pid ${holder}`}`;
  return new BotServerError('store_locked', message, { facts: { path, pid: holder } });
}

function tryLock(path: string, timeoutMs: number): DatabaseSync | undefined {
  const db = new DatabaseSync(lockPath(path), { timeout: timeoutMs });
  try {
    // The rollback journal, because in WAL mode the lock would live in shared memory beside the file.
    db.exec('pragma journal_mode = delete; begin immediate');
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function readHolder(path: string): Holder {
  const deadlineMs = performance.now() + PID_TIMEOUT_MS;
  for (;;) {
    const pid = readPid(path);
    // A pid of a dead process was left by an earlier holder; the present one is about to replace it.
    if (pid !== undefined && isAlive(pid)) return pid;
    if (performance.now() > deadlineMs) return pid ?? 'unknown';
    blockThread(PID_POLL_MS);
  }
}

function readPid(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidPath(path), 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function writePid(path: string): void {
  const draft = `${pidPath(path)}.${process.pid}`;
  try {
    // Exclusive: what stands there already, a link perhaps, is not written to.
    writeFileSync(draft, `${process.pid}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, pidPath(path));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Drafts of processes that were killed, or whose disk was full. Only the holder of the lock writes one. */
function removeDrafts(path: string): void {
  const name = basename(pidPath(path));
  const folder = dirname(path);
  for (const entry of readdirSync(folder)) {
    if (entry.startsWith(`${name}.`) && /^\d+$/.test(entry.slice(name.length + 1))) {
      rmSync(join(folder, entry), { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is alive and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function lockPath(path: string): string {
  return `${path}.lock`;
}

function pidPath(path: string): string {
  return `${path}.pid`;
}
