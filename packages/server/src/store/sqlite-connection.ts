/** Opens SQLite connections the way this store needs them. Runs in the store's worker. */
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BotServerError } from '../errors.ts';
import { isBusy } from './sqlite-failure.ts';

const RETRY_MS = 20;

/** Creates the file if it is missing, readable by this user only; its folder too. SQLite gives -wal and -shm the same mode. */
export function createPrivateFile(path: string): void {
  makeFolder(dirname(path));
  try {
    // Exclusive: an existing file must not be opened here, because closing it would drop this process's POSIX locks on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** The connection that writes: WAL, so that readers never wait, and an fsync for each commit. */
export function openWriter(path: string, busyTimeoutMs: number): DatabaseSync {
  createPrivateFile(path);
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs });
  // Only a new file takes it. Each commit of a busy inbox writes pages all over the index of remembered ids; fewer and larger
  // ones cost less than 4096 or 16384 [measured: 1.3 times as many events with a million ids].
  db.exec('pragma page_size = 8192');
  enterWalMode(db, busyTimeoutMs);
  // When the log goes into the file: wal-room.ts. 64 MiB of pages in memory, because remembered ids are all over their index.
  // [measured]
  db.exec('pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -65536');
  // What is deleted is overwritten with zeros, or a purged team would stay readable in the file. (`fast` leaves pages that were
  // given back as they are. For events this costs nothing that can be measured: no page more is written.)
  db.exec('pragma secure_delete = on');
  return db;
}

/** A connection for reading, whose every query sees what is committed when it starts. */
export function openReader(path: string, options: { busyTimeoutMs: number; readOnly: boolean }): DatabaseSync {
  if (options.readOnly && !statSync(path, { throwIfNoEntry: false })) {
    throw new BotServerError('store_unavailable', `There is no database at ${path}`, { facts: { path } });
  }
  const db = new DatabaseSync(path, { timeout: options.busyTimeoutMs, readOnly: options.readOnly });
  db.exec('pragma query_only = on');
  return db;
}

/** What tells one file from another; a database whose file was deleted goes on writing into the void. */
export function fileIdentity(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}

/** Stops this thread. Only for a moment, and only where SQLite itself would block it too. */
export function blockThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

// SQLite does not wait busy_timeout for the change of the journal mode, so two first opens at once would fail.
function enterWalMode(db: DatabaseSync, timeoutMs: number): void {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      db.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadlineMs) throw error;
      blockThread(RETRY_MS);
    }
  }
}

/** Level by level: with `recursive` Node tries for ever where a parent cannot be made, for example below /proc. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in between.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
