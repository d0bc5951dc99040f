/** Brings an SQLite database to the current schema: each missing file of migrations/sqlite, in order, in one transaction. */
import type { DatabaseSync } from 'node:sqlite';
import { BotServerError, isBotServerError } from '../errors.ts';
import { bundledMigrations, latestOf, listMigrations, olderError, requireKnown } from './migration-files.ts';

export interface MigrateOptions {
  path: string;
  /** The lock of a running server, whose schema must not change under it; see lock-file.ts. */
  lock: { readonly take: () => void; readonly release: () => void };
  /** Where the files are. @defaultValue those of this package */
  folder?: URL;
}

/**
 * Applies what is missing. Two processes may do this at once: the second waits and then finds nothing to do.
 * @throws BotServerError `store_newer`; `store_locked` when a server runs on the older schema; `invalid_configuration`
 *   when the file is the database of another program
 */
export function migrate(db: DatabaseSync, { path, lock, folder = bundledMigrations('sqlite') }: MigrateOptions): void {
  const migrations = listMigrations(folder);
  const latest = latestOf(migrations);
  // Asked without a lock first: opening a current database must not wait for whoever is writing to it.
  const current = requireKnown(schemaVersion(db, path), latest, path);
  if (current === latest) return;
  const isUpgrade = current > 0;
  if (isUpgrade) takeLock(lock, { current, latest });
  try {
    apply(db, path, migrations);
  } finally {
    if (isUpgrade) lock.release();
  }
}

/** Whoever only wanted to look did not expect to need the lock: the message says what for. */
function takeLock(lock: MigrateOptions['lock'], { current, latest }: { current: number; latest: number }): void {
  try {
    lock.take();
  } catch (error) {
    if (!isBotServerError(error, 'store_locked')) throw error;
    const message = `${error.message}; its schema ${current} cannot become ${latest}, which this version needs, while that runs`;
    throw new BotServerError('store_locked', message, {
      facts: { ...error.facts, current, latest },
      cause: error.cause,
    });
  }
}

function apply(db: DatabaseSync, path: string, migrations: ReturnType<typeof listMigrations>): void {
  db.exec('begin immediate');
  try {
    const current = schemaVersion(db, path);
    for (const { version, text } of migrations) {
      if (version <= current) continue;
      db.exec(text());
      db.prepare('update meta set schema_version = ?').run(version);
    }
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

/**
 * For a connection that may not write, or not migrate: the schema must already be there.
 * @throws BotServerError `store_newer` or `store_older`
 */
export function requireCurrentSchema(db: DatabaseSync, path: string, folder: URL = bundledMigrations('sqlite')): void {
  const latest = latestOf(listMigrations(folder));
  const current = requireKnown(schemaVersion(db, path), latest, path);
  if (current !== latest) throw olderError(path, { current, latest });
}

function schemaVersion(db: DatabaseSync, path: string): number {
  if (!db.prepare("select 1 from sqlite_master where type = 'table'").get()) return 0;
  requireOwn(db, path);
  return ownVersion(db) as number;
}

/** @throws BotServerError `invalid_configuration` for a database in which no server of any version has been */
export function requireOwn(db: DatabaseSync, path: string): void {
  if (ownVersion(db) !== undefined) return;
  const message = `${path} is an SQLite database of another program; choose another path in DATABASE_URL`;
  throw new BotServerError('invalid_configuration', message, { facts: { path } });
}

/** Undefined in a database of another program. */
export function ownVersion(db: DatabaseSync): number | undefined {
  if (!db.prepare("select 1 from pragma_table_info('meta') where name = 'schema_version'").get()) return undefined;
  const row = db.prepare('select schema_version as version from meta').get();
  return typeof row?.version === 'number' ? row.version : undefined;
}
