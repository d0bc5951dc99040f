/**
 * A copy of a SQLite database as it is at one moment, beside a server that goes on writing, and the way back. `vacuum into` reads in one
 * transaction, so that writers do not wait for it and it never begins anew as the backup API of SQLite does when another process
 * writes. (https://www.sqlite.org/lang_vacuum.html#vacuuminto) For commands: it blocks its thread.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BotServerError, messageOf } from '../errors.ts';
import { LockFile } from './lock-file.ts';
import { bundledSchemaVersion } from './migration-files.ts';

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

/**
 * Writes a backup of the database at `path` to `file`, which must not exist, for this user alone. It appears under its name when it
 * is whole, on disk and was looked through.
 * @throws BotServerError `backup_failed`, and `usage` where the file exists
 */
export function writeBackup(path: string, file: string): BackupContents {
  if (existsSync(file)) throw new BotServerError('usage', `${file} exists already: name a new file`);
  const draft = `${file}.partial`;
  try {
    rmSync(draft, { force: true });
    // `vacuum into` takes an empty file, and makes one that others can read.
    closeSync(openSync(draft, 'wx', 0o600));
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    try {
      db.prepare('vacuum into ?').run(draft);
    } finally {
      db.close();
    }
    const contents = readBackup(draft);
    flush(draft);
    renameSync(draft, file);
    flush(dirname(resolve(file)));
    return contents;
  } catch (cause) {
    rmSync(draft, { force: true });
    if (cause instanceof BotServerError) throw cause;
    throw new BotServerError('backup_failed', `${path} could not be copied to ${file}: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Looks a backup through.
 * @throws BotServerError `backup_unusable`; `store_newer` when a newer version wrote it
 */
export function readBackup(file: string): BackupContents {
  if (!existsSync(file)) throw unusable(file, 'it does not exist');
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    const [problem] = Object.values(db.prepare('pragma quick_check(1)').get() ?? {});
    if (problem !== 'ok') throw unusable(file, `SQLite finds ${String(problem)}`);
    const meta = db.prepare('select schema_version, key_fingerprint from meta').get();
    const schemaVersion = Number(meta?.schema_version);
    if (schemaVersion > bundledSchemaVersion('sqlite')) {
      throw new BotServerError('store_newer', `${file} was written by a newer version (schema ${schemaVersion})`);
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
    throw unusable(file, messageOf(cause), cause);
  } finally {
    db?.close();
  }
}

/**
 * Puts a backup in the place of the database at `path`, while no server runs. What is there is kept under another name.
 * @param check Called with a copy before anything changes; what it throws leaves all as it was.
 * @returns where the former database is now; undefined when there was none
 * @throws BotServerError `backup_unusable`, `store_newer`, `store_locked`, `backup_failed`, and what `check` throws
 */
export async function restoreBackup(
  { file, path, suffix }: { file: string; path: string; suffix: string },
  check: (copy: string) => Promise<void>,
): Promise<string | undefined> {
  readBackup(file);
  const lock = new LockFile(resolve(path));
  lock.take();
  const copy = `${path}.restoring`;
  try {
    removeDatabase(copy);
    copyFileSync(file, copy);
    await check(copy);
    flush(copy);
    const former = existsSync(path) ? `${path}.${suffix}` : undefined;
    if (former !== undefined) {
      emptyLog(path);
      moveDatabase(path, former);
    }
    moveDatabase(copy, path);
    flush(dirname(resolve(path)));
    return former;
  } catch (cause) {
    removeDatabase(copy);
    if (cause instanceof BotServerError) throw cause;
    throw new BotServerError('backup_failed', `${file} could not be put in the place of ${path}: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    lock.release();
  }
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

function removeDatabase(path: string): void {
  const name = basename(path);
  const folder = dirname(resolve(path));
  // Locks and logs of the check too.
  for (const one of readdirSync(folder)) if (one.startsWith(name)) rmSync(join(folder, one), { force: true });
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
  return new BotServerError('backup_unusable', `${file} is no backup that can be restored: ${why}`, { cause });
}
