/** Brings a PostgreSQL database to the current schema: each missing file of migrations/postgres, in order, in one transaction. */
import type { ClientBase } from 'pg';
import { BotServerError } from '../errors.ts';
import { findLiveNodesAlone } from './live-nodes.ts';
import { bundledMigrations, latestOf, listMigrations, olderError, requireKnown } from './migration-files.ts';
import { BEGIN } from './postgres-hosts.ts';
import { nodesError } from './postgres-lock.ts';
import { type LockKey, lockSql, storeLocks } from './postgres-lock-key.ts';

/** From here on meta has oldest_reader, and servers share a database by leases. */
const FIRST_SHARED_VERSION = 11;

const MIN_SERVER_VERSION = 150_000;

/** A process that hangs in the middle must not have all servers wait for its locks, in milliseconds: between statements it does nothing. */
const IDLE_LIMIT_MS = 5_000;

export interface PostgresMigrateOptions {
  /** What messages call the database. */
  database: string;
  /** The schema of the database in which the tables are; see postgres-lock-key.ts. */
  key: LockKey;
  /** Makes the error that names the server which runs on the older schema. */
  lockedBy: () => Promise<BotServerError>;
  /** Refuses to make the tables of a database that has none. @defaultValue false */
  mustExist?: boolean;
  /** Refuses a database of an older schema instead of migrating it where it is false. @defaultValue true */
  mayMigrate?: boolean;
  /** Where the files are. @defaultValue those of this package */
  folder?: URL;
}

/**
 * Applies what is missing. Several processes may do this at once: all but the first wait and then find nothing to do.
 * @throws BotServerError `store_newer`; `store_older`; `store_locked` when a server runs on the older schema; `invalid_configuration`
 *   when another program uses the database
 */
export async function migratePostgres(client: ClientBase, options: PostgresMigrateOptions): Promise<void> {
  const { database, mayMigrate = true, folder = bundledMigrations('postgres') } = options;
  const migrations = listMigrations(folder);
  const latest = latestOf(migrations);
  // Asked without a lock first: opening a current database must not wait for anybody.
  const stored = await schemaVersion(client, database);
  if (stored > latest && (await canRead(client, latest))) return;
  const found = requireKnown(stored, latest, database);
  if (found === latest) return;
  if (found === 0 && options.mustExist) {
    throw new BotServerError('database_missing', `The database ${database} is empty: no server has used it`);
  }
  if (!mayMigrate) throw olderError(database, { current: found, latest });
  // Statements of a migration may take as long as the tables are long.
  await client.query(
    `${BEGIN}; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = ${IDLE_LIMIT_MS};
     ${lockSql(storeLocks.migration, options.key)}`,
  );
  try {
    const current = requireKnown(await schemaVersion(client, database), latest, database);
    const missing = migrations.filter(({ version }) => version > current);
    const breaking = missing.filter((one) => !one.isCompatible());
    if (current > 0 && breaking.length > 0) await requireNoServer(client, options);
    for (const { version, text } of missing) {
      await client.query(text());
      await client.query('update meta set schema_version = $1', [version]);
    }
    await noteOldestReader(client, breaking);
    await client.query('commit');
  } catch (error) {
    // What went wrong is the news; a connection that cannot roll back is closed, and that does.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** @throws BotServerError `invalid_configuration` for a server that is too old, or that may lose what it has committed */
export function requireServer(settings: { version: number; synchronousCommit: string }, database: string): void {
  const { version, synchronousCommit } = settings;
  if (version < MIN_SERVER_VERSION) {
    const message = `The database ${database} is PostgreSQL ${Math.floor(version / 10_000)}; 15 or newer is needed`;
    throw new BotServerError('invalid_configuration', message, { facts: { database, version } });
  }
  if (synchronousCommit !== 'off') return;
  const message = `The database ${database} has synchronous_commit = off and would lose accepted events in a crash; set it to on for this user or database`;
  throw new BotServerError('invalid_configuration', message, { facts: { database } });
}

// Waits for nobody: a server that runs keeps its lock, or its lease, until it stops. None joins until this transaction ends.
async function requireNoServer(client: ClientBase, options: PostgresMigrateOptions): Promise<void> {
  const { key, lockedBy, database } = options;
  const { rows } = await client.query('select pg_try_advisory_xact_lock($1, $2)::int as taken', [
    storeLocks.server,
    key,
  ]);
  if (rows[0]?.taken !== 1) throw await lockedBy();
  const nodes = await findLiveNodesAlone(client);
  if (nodes.length > 0) throw nodesError(nodes, database);
}

/** A server of an older version may go on, and start, as long as what it does not know changes nothing for it. */
async function noteOldestReader(client: ClientBase, breaking: readonly { version: number }[]): Promise<void> {
  const version = breaking.at(-1)?.version ?? 0;
  if (version >= FIRST_SHARED_VERSION) await client.query('update meta set oldest_reader = $1', [version]);
}

/** Whether a database that a later version has migrated is still one for this version. */
async function canRead(client: ClientBase, latest: number): Promise<boolean> {
  if (latest < FIRST_SHARED_VERSION) return false;
  const { rows } = await client.query('select oldest_reader as oldest from meta');
  return typeof rows[0]?.oldest === 'number' && rows[0].oldest <= latest;
}

const OWN_TABLES = `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = current_schema() and c.relkind in ('r', 'p')
    and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e') limit 1`;

const HAS_VERSION = `select 1 from information_schema.columns
  where table_schema = current_schema() and table_name = 'meta' and column_name = 'schema_version'`;

async function schemaVersion(client: ClientBase, database: string): Promise<number> {
  if ((await client.query(OWN_TABLES)).rowCount === 0) return 0;
  if ((await client.query(HAS_VERSION)).rowCount === 1) {
    const { rows } = await client.query('select schema_version as version from meta');
    if (typeof rows[0]?.version === 'number') return rows[0].version;
  }
  const message = `The database ${database} is used by another program; choose another database, or another schema, in DATABASE_URL`;
  throw new BotServerError('invalid_configuration', message, { facts: { database } });
}
