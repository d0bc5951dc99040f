/** Opens everything that lasts: the database, the keys that seal tokens in it, and the repositories. Used by server and CLI. */
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { DEV_DATABASE, isPostgresUrl } from '../config/config.ts';
import { createTeamData, type TeamData } from '../data/team-data.ts';
import { purgeTeamData } from '../data/team-data-repository.ts';
import { BotServerError, errorFixes } from '../errors.ts';
import { purgeTeamFacts } from '../history/fact-repository.ts';
import { purgeTeamEvents } from '../inbox/inbox-purge-repository.ts';
import { proveEventsWritable } from '../inbox/write-probe-repository.ts';
import {
  type KeySources,
  keysOfDatabase,
  requireNoKeyFile,
  requirePrivateKeys,
} from '../installation/database-keys.ts';
import { keyEncodings } from '../installation/encryption-keys.ts';
import { createOAuthUses, type OAuthUses } from '../installation/oauth-use-repository.ts';
import { createVault, type Vault } from '../installation/sealing.ts';
import { forgetCopy, refuseHalfCopy } from '../store/copy-mark.ts';
import { isServerRunning } from '../store/embedded-lock.ts';
import { checkKeyFingerprint, readKeyFingerprint } from '../store/identity-repository.ts';
import type { Notices } from '../store/notices.ts';
import type { OwnConnection } from '../store/own-connection.ts';
import { requirePrivateDatabase } from '../store/private-files.ts';
import { createSideReads, type SideReads } from '../store/side-reads.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import type { LockOptions, Reads, ServerHolder, StatementObserver, Store, StoreLog } from '../store/store.ts';
import { bindTeamsOnce } from '../team/bind-teams.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';

/** What lasts, opened. */
export interface Storage {
  store: Store;
  /** For what operators ask; in a server beside its work. */
  reads: Reads;
  vault: Vault;
  installations: Installations;
  uses: OAuthUses;
  /** Of the store. */
  notices: Notices;
  /** Whether the database was empty until now. */
  isNew: boolean;
  data(teamId: string): TeamData;
  /** A connection for leases; undefined where one process has the database to itself. */
  readonly ownConnection?: () => OwnConnection;
  /**
   * Makes this process the server of the database until `close`.
   * @throws BotServerError `store_locked`, naming the server that has it
   */
  acquireLock(options?: LockOptions): Promise<void>;
  close(): Promise<void>;
}

/** Which database, and the keys of the tokens in it. */
export interface StorageConfig {
  databaseUrl: string;
  /** Of the same PostgreSQL, past a pooler. */
  databaseDirectUrl?: string | undefined;
  encryptionKeys?: string | undefined;
}

/**
 * What may be made. `required`: nothing, the database must be there, as for a command. `found`: a new database, unless a key file
 * says that there was one, which is lost then. `new`: a new database in any case.
 */
export type DatabaseDemand = 'required' | 'found' | 'new';

export interface OpenOptions {
  clock: Clock;
  commitDelayMs?: number | undefined;
  /** @defaultValue 'found' */
  database?: DatabaseDemand;
  /** Whether a database of an older schema is migrated, which cannot be undone, or refused with `store_older`. @defaultValue true */
  mayMigrate?: boolean;
  /** Whether operators read beside a server's work, which they must not hold up. @defaultValue false */
  isServer?: boolean;
  /** Told how a PostgreSQL is reached. @defaultValue nobody */
  log?: StoreLog;
  /** @defaultValue nobody counts */
  onStatement?: StatementObserver;
  /** Told the keys, as they may be spelled, before anything is done with them: nobody may write them anywhere. */
  onKeys?: (spellings: readonly string[]) => void;
}

/** openStorage() for a server, which tells of a new database. */
export async function openServerStorage(
  config: StorageConfig,
  options: Omit<OpenOptions, 'isServer'> & { log: StoreLog },
): Promise<Storage> {
  const storage = await openStorage(config, { ...options, isServer: true });
  // Nothing but this line tells a first start from one whose database was lost when the key is not a file beside it.
  const isExpected = options.database === 'new' || config.encryptionKeys === undefined;
  if (storage.isNew) options.log[isExpected ? 'info' : 'warn']({ teams: 0 }, 'the database is new: no team is known');
  return storage;
}

/**
 * Opens the database and its key: the database first, so that a process that is killed in between leaves one without tokens,
 * for which a key is made next time, and never a key whose database seems to be lost.
 * @throws BotServerError `database_missing`, `store_half_copied`, `encryption_key_missing`, `insecure_file`, `store_unavailable`, `store_newer`, `store_older`, `store_locked`, `encryption_key_mismatch`, `invalid_configuration`
 */
export async function openStorage(
  config: StorageConfig,
  {
    clock,
    commitDelayMs = 0,
    database = 'found',
    mayMigrate = true,
    isServer = false,
    onKeys,
    onStatement,
    log,
  }: OpenOptions,
): Promise<Storage> {
  const store = isPostgresUrl(config.databaseUrl)
    ? // Loaded when the database is one: its driver and all about it take longer to load than a command on a file runs.
      await (await import('../store/postgres-store.ts')).openPostgresStore({
        url: config.databaseUrl,
        directUrl: config.databaseDirectUrl,
        clock,
        mustExist: database === 'required',
        mayMigrate,
        onStatement,
        ...(log && { log }),
      })
    : await openDatabaseFile(config, { clock, commitDelayMs, database, mayMigrate, onStatement });
  const beside = isServer ? readBeside(store, config, clock) : undefined;
  try {
    await refuseHalfCopy(store);
    const fingerprint = () => readKeyFingerprint(store);
    const keys = await keysOfDatabase(keySourcesOf(config), { fingerprint, mayCreate: database !== 'required' });
    onKeys?.(keyEncodings(keys));
    const vault = createVault(keys);
    const { isNew } = await checkKeyFingerprint(store, vault);
    await bindTeamsOnce({ store, vault });
    const installations = createInstallationRepository({
      store,
      vault,
      clock,
      async purgeTeam(tx, teamId) {
        await purgeTeamFacts(tx, teamId);
        return { documents: await purgeTeamData(tx, teamId), events: await purgeTeamEvents(tx, teamId, store) };
      },
    });
    const uses = createOAuthUses({ store, clock });
    return {
      store,
      reads: beside ?? store,
      vault,
      installations,
      uses,
      notices: store.notices,
      isNew,
      data: createTeamData({ store, clock }),
      ...('ownConnection' in store && { ownConnection: () => store.ownConnection() }),
      async acquireLock(options) {
        await store.lock(options);
        await forgetCopy(store);
      },
      async close() {
        await beside?.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Whether an event could be stored now, for which a full disk has no room. @throws BotServerError `store_unavailable` */
export function proveWritable({ store }: Pick<Storage, 'store'>): Promise<void> {
  return proveEventsWritable(store, { needsRoom: true });
}

/**
 * The server that uses the database now; undefined when none runs.
 * @throws BotServerError `store_unavailable`
 */
export async function findServer({
  databaseUrl,
}: Pick<StorageConfig, 'databaseUrl'>): Promise<ServerHolder | undefined> {
  if (isPostgresUrl(databaseUrl)) {
    const { findPostgresServer } = await import('../store/postgres-lock.ts');
    const { postgresStoreDefaults } = await import('../store/postgres-store.ts');
    return await findPostgresServer(databaseUrl, postgresStoreDefaults);
  }
  const pid = await isServerRunning(databaseUrl);
  return pid === undefined ? undefined : { pid };
}

async function openDatabaseFile(
  config: StorageConfig,
  {
    clock,
    commitDelayMs,
    database,
    mayMigrate,
    onStatement,
  }: Required<Pick<OpenOptions, 'clock' | 'database' | 'mayMigrate'>> & {
    commitDelayMs: number;
    onStatement: StatementObserver | undefined;
  },
): Promise<SqliteStore> {
  const { databaseUrl: path } = config;
  await requirePrivateDatabase(path);
  const sources = keySourcesOf(config);
  requirePrivateKeys(sources);
  // One that was made and not begun, because its process was killed, is as good as none.
  const isThere = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (!isThere && database !== 'new') requireNoKeyFile(sources);
  if (!isThere && database === 'required') throw missing(path);
  return await openSqliteStore({ path, clock, mayMigrate, commitDelayMs, onStatement });
}

/** On PostgreSQL the connections are the pool's; on SQLite a second connection is opened, in a thread of its own, when somebody asks. */
function readBeside(store: Store, { databaseUrl }: StorageConfig, clock: Clock): SideReads {
  const isFile = store.engine === 'sqlite';
  return createSideReads(
    store,
    isFile ? () => openSqliteStore({ path: databaseUrl, readOnly: true, clock }) : undefined,
  );
}

function missing(path: string): BotServerError {
  const where = isAbsolute(path) ? path : `${path} (in ${process.cwd()})`;
  const isBesideDev = resolve(path) !== resolve(DEV_DATABASE) && existsSync(DEV_DATABASE);
  return new BotServerError('database_missing', `There is no database at ${where}`, {
    facts: { path },
    ...(isBesideDev && {
      fix: `${errorFixes.database_missing} The database of \`dev\` is here: DATABASE_URL=${DEV_DATABASE}`,
    }),
  });
}

function keySourcesOf({ databaseUrl, encryptionKeys }: StorageConfig): KeySources {
  return { databasePath: isPostgresUrl(databaseUrl) ? undefined : databaseUrl, encryptionKeys };
}
