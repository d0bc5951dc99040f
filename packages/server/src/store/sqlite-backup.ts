/**
 * A copy of a SQLite database as it is at one moment, beside a server that goes on writing, and the way back. `vacuum into` reads in one
 * transaction, so that writers do not wait for it and it never begins anew as the backup API of SQLite does when another process
 * writes. (https://www.sqlite.org/lang_vacuum.html#vacuuminto) It runs in a thread of its own, so that a command hears signals meanwhile.
 */
import { once } from 'node:events';
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BotServerError, isBotServerError, messageOf } from '../errors.ts';
import { LockFile } from './lock-file.ts';
import { ownVersion, requireOwn } from './migrate.ts';
import { bundledSchemaVersion } from './migration-files.ts';
import { isNoDatabase } from './sqlite-failure.ts';
import type { WorkerTask } from './sqlite-messages.ts';
import { startWorker } from './start-worker.ts';

/** What is in a backup. */
export interface BackupContents {
  bytes: number;
  schemaVersion: number;
  installations: number;
  /** Events that were not handled when it was made, at most. */
  waiting: number;
  /** Of the key that its tokens are sealed with; null when it has none. */
  keyFingerprint: string | null;
}

/** How long a writer may hold up the beginning, in milliseconds. */
const BUSY_MS = 10_000;

/** Runs what leaves something half done when its process ends in it; `discard` takes that away. */
export type Guard = <Result>(work: () => Promise<Result>, discard: () => void) => Promise<Result>;

/**
 * Writes a backup of the database at `path` to `file`, which must not exist, for this user alone. It appears under its name when it
 * is whole, on disk and was looked through.
 * @throws BotServerError `backup_failed`, `store_newer`, `invalid_configuration` for a file that is no database of this program, and
 * `usage` where the file exists
 */
export async function writeBackup(path: string, file: string, guard: Guard): Promise<BackupContents> {
  if (existsSync(file)) throw taken(file);
  const parent = dirname(resolve(file));
  if (!existsSync(parent)) {
    throw new BotServerError('backup_failed', `${path} could not be copied to ${file}: there is no folder ${parent}`);
  }
  // Of this process alone: two that write the same backup must not take each other's half for theirs.
  const folder = `${file}.${process.pid}.partial`;
  const draft = join(folder, COPY);
  try {
    return await guard(
      async () => {
        makeFolder(folder);
        const contents = await copyAside(path, draft);
        flush(draft);
        publish(draft, file);
        removeFolder(folder);
        flush(dirname(resolve(file)));
        return contents;
      },
      () => removeFolder(folder),
    );
  } catch (cause) {
    removeFolder(folder);
    if (cause instanceof BotServerError && cause.code !== 'backup_unusable') throw cause;
    throw new BotServerError('backup_failed', `${path} could not be copied to ${file}: ${messageOf(cause)}`, { cause });
  }
}

/** Under its own name, unless somebody else has taken that meanwhile. */
function publish(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch {
    // Taken, or a file system without links.
    if (existsSync(file)) throw taken(file);
    renameSync(draft, file);
  }
}

function taken(file: string): BotServerError {
  return new BotServerError('usage', `${file} already exists: name a new file`);
}

/** What the thread of a copy answers. */
export type CopyAnswer =
  | { contents: BackupContents }
  | { error: { code: string | undefined; message: string; fix: string | undefined } };

/** Copies a database that may be written meanwhile, and looks the copy through. */
function copyAside(path: string, copy: string): Promise<BackupContents> {
  return inThread({ kind: 'copy', path: resolve(path), copy: resolve(copy), name: path });
}

/**
 * Looks a backup through. A large one takes long.
 * @throws BotServerError as readBackup()
 */
export function readBackupAside(file: string): Promise<BackupContents> {
  return inThread({ kind: 'read-backup', path: resolve(file), name: file });
}

async function inThread(task: Extract<WorkerTask, { kind: 'copy' | 'read-backup' }>): Promise<BackupContents> {
  const [answer] = (await once(startWorker(task), 'message')) as [CopyAnswer];
  if ('contents' in answer) return answer.contents;
  const { code, message, fix } = answer.error;
  const isKnown = code === 'store_newer' || code === 'backup_unusable' || code === 'invalid_configuration';
  throw isKnown ? new BotServerError(code, message, fix === undefined ? {} : { fix }) : new Error(message);
}

/** The work of that thread. @param name What its errors call the database. */
export function copyHere(path: string, copy: string, name: string): CopyAnswer {
  return answerOf(() => {
    // `vacuum into` takes an empty file, and makes one that others can read.
    closeSync(openSync(copy, 'wx', 0o600));
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    try {
      requireDatabase(db, name);
      requireOwn(db, name);
      db.prepare('vacuum into ?').run(copy);
    } finally {
      db.close();
    }
    return readBackup(copy, name);
  });
}

/** The same of looking a backup through. */
export function readHere(path: string, name: string): CopyAnswer {
  return answerOf(() => readBackup(path, name));
}

function answerOf(work: () => BackupContents): CopyAnswer {
  try {
    return { contents: work() };
  } catch (error) {
    const { code, fix } = isBotServerError(error) ? error : {};
    return { error: { code, message: messageOf(error), fix } };
  }
}

/** @throws BotServerError `invalid_configuration` for a file that is something else */
function requireDatabase(db: DatabaseSync, name: string): void {
  try {
    db.prepare('select 1 from sqlite_master').get();
  } catch (error) {
    if (!isNoDatabase(error)) throw error;
    throw new BotServerError('invalid_configuration', `${name} is not an SQLite database`, {
      cause: error,
      fix: 'Name the right file in DATABASE_URL. If this file was the database, restore it from a backup.',
    });
  }
}

/**
 * Looks a backup through.
 * @param name What errors call it.
 * @throws BotServerError `backup_unusable`; `store_newer` when a newer version wrote it
 */
export function readBackup(file: string, name = file): BackupContents {
  if (!existsSync(file)) throw unusable(name, 'it does not exist');
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    const [problem] = Object.values(db.prepare('pragma quick_check(1)').get() ?? {});
    if (problem !== 'ok') throw unusable(name, `SQLite finds ${String(problem)}`);
    if (ownVersion(db) === undefined) throw unusable(name, 'another program made it');
    const meta = db.prepare('select schema_version, key_fingerprint from meta').get();
    const schemaVersion = Number(meta?.schema_version);
    if (schemaVersion > bundledSchemaVersion('sqlite')) {
      throw new BotServerError('store_newer', `${name} was written by a newer version (schema ${schemaVersion})`);
    }
    const count = (sql: string) => Number(Object.values(db?.prepare(sql).get() ?? {})[0]);
    return {
      bytes: statSync(file).size,
      schemaVersion,
      installations: count('select count(*) from installation'),
      waiting: count(
        `select (select count(*) from inbox where state = 'ready') + (select coalesce(sum(size), 0) from inbox_batch join inbox_batch_payload using (first_seq))`,
      ),
      keyFingerprint: typeof meta?.key_fingerprint === 'string' ? meta.key_fingerprint : null,
    };
  } catch (cause) {
    if (cause instanceof BotServerError) throw cause;
    throw unusable(name, messageOf(cause), cause);
  } finally {
    db?.close();
  }
}

/**
 * Puts a backup that was looked through in the place of the database at `path`, while no server runs. What is there is kept under another name.
 * @param check Called with a copy before anything changes; what it throws leaves all as it was.
 * @returns where the former database is now; undefined when there was none
 * @throws BotServerError `backup_unusable`, `store_newer`, `store_locked`, `backup_failed`, and what `check` throws
 */
export async function restoreBackup(
  { file, path, suffix, guard }: { file: string; path: string; suffix: string; guard: Guard },
  check: (copy: string) => Promise<void>,
): Promise<string | undefined> {
  const lock = new LockFile(resolve(path));
  lock.take();
  const folder = `${path}.restoring`;
  const copy = join(folder, COPY);
  const discard = () => {
    removeFolder(folder);
    lock.release();
  };
  try {
    return await guard(async () => {
      makeFolder(folder);
      // Not its file alone: what somebody copied with a log beside it is both.
      await copyAside(file, copy);
      await check(copy);
      flush(copy);
      const former = putInPlace(copy, { path, suffix });
      removeFolder(folder);
      return former;
    }, discard);
  } catch (cause) {
    removeFolder(folder);
    if (cause instanceof BotServerError) throw cause;
    throw new BotServerError('backup_failed', `${file} could not be put in the place of ${path}: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    lock.release();
  }
}

/** In one go: no signal is heard in between. Answers where the former one is. */
function putInPlace(copy: string, { path, suffix }: { path: string; suffix: string }): string | undefined {
  const former = existsSync(path) ? `${path}.${suffix}` : undefined;
  if (former !== undefined) {
    emptyLog(path);
    moveDatabase(path, former);
  }
  moveDatabase(copy, path);
  flush(dirname(resolve(path)));
  return former;
}

/** Then the file alone is the database. One that is broken is kept as it is. */
function emptyLog(path: string): void {
  try {
    const db = new DatabaseSync(path, { timeout: BUSY_MS });
    db.exec('pragma wal_checkpoint(truncate)');
    db.close();
  } catch {
    // It is what a backup is put in the place of.
  }
}

/** A database is its file, and what of it is still in the log beside it. */
const parts = ['', '-wal', '-shm'];

function moveDatabase(from: string, to: string): void {
  // The log first: a database without it would be an older one, a log without a database is none.
  for (const part of parts.toReversed()) if (existsSync(from + part)) renameSync(from + part, to + part);
}

/** The name of a copy in its folder. */
const COPY = 'copy.db';

/**
 * For a copy and what is beside it while it is made. Of a folder that is gone nothing comes back, which a thread that is at work would do with
 * a file.
 */
function makeFolder(folder: string): void {
  // Of a process that was killed, which can be no other: the names are of this one, or of who has the lock.
  removeFolder(folder);
  mkdirSync(folder, { mode: 0o700 });
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unusable(file: string, why: string, cause?: unknown): BotServerError {
  return new BotServerError('backup_unusable', `${file} is not a backup that can be restored: ${why}`, { cause });
}
