/** Opens everything that lasts: the database, the keys that seal tokens in it, and the repositories. Used by server and CLI. */
import { isPostgresUrl } from '../config.ts';
import { createTeamData, type TeamData } from '../data/team-data.ts';
import { purgeTeamData } from '../data/team-data-repository.ts';
import { BotServerError } from '../errors.ts';
import { loadOrCreateKeyFile, parseEncryptionKeys } from '../installation/encryption-keys.ts';
import { createOAuthUses, type OAuthUses } from '../installation/oauth-use-repository.ts';
import { createVault, type Vault } from '../installation/sealing.ts';
import { purgeTeamEvents } from '../intake/inbox-purge-repository.ts';
import { isServerRunning } from '../store/embedded-lock.ts';
import { checkKeyFingerprint } from '../store/identity-repository.ts';
import { findPostgresServer } from '../store/postgres-lock.ts';
import { openPostgresStore, postgresStoreDefaults } from '../store/postgres-store.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import type { LockOptions, ServerHolder, Store } from '../store/store.ts';
import { bindTeamsOnce } from '../team/bind-teams.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';

/** What lasts, opened. */
export interface Storage {
  store: Store;
  vault: Vault;
  installations: Installations;
  uses: OAuthUses;
  data(teamId: string): TeamData;
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
  encryptionKeys?: string | undefined;
}

/**
 * Opens the database and its key.
 * @throws BotServerError `store_unavailable`, `store_newer`, `store_locked`, `encryption_key_mismatch`, `invalid_configuration`
 */
export async function openStorage(
  config: StorageConfig,
  { clock, commitDelayMs = 0 }: { clock: Clock; commitDelayMs?: number | undefined },
): Promise<Storage> {
  const store = isPostgresUrl(config.databaseUrl)
    ? await openPostgresStore({ url: config.databaseUrl, clock })
    : await openSqliteStore({ path: config.databaseUrl, clock, commitDelayMs });
  try {
    const vault = createVault(await keysOf(config));
    await checkKeyFingerprint(store, vault);
    await bindTeamsOnce({ store, vault });
    const installations = createInstallationRepository({
      store,
      vault,
      clock,
      purgeTeam: async (tx, teamId) => ({
        documents: await purgeTeamData(tx, teamId),
        events: await purgeTeamEvents(tx, teamId, store),
      }),
    });
    const uses = createOAuthUses({ store, clock });
    return {
      store,
      vault,
      installations,
      uses,
      data: createTeamData({ store, clock }),
      acquireLock: (options) => store.lock(options),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * The server that uses the database now; undefined when none runs.
 * @throws BotServerError `store_unavailable`
 */
export async function findServer({
  databaseUrl,
}: Pick<StorageConfig, 'databaseUrl'>): Promise<ServerHolder | undefined> {
  if (isPostgresUrl(databaseUrl)) return await findPostgresServer(databaseUrl, postgresStoreDefaults);
  const pid = await isServerRunning(databaseUrl);
  return pid === undefined ? undefined : { pid };
}

async function keysOf({ databaseUrl, encryptionKeys }: StorageConfig): Promise<ReturnType<typeof parseEncryptionKeys>> {
  if (encryptionKeys) return parseEncryptionKeys(encryptionKeys);
  if (!isPostgresUrl(databaseUrl)) return await loadOrCreateKeyFile(`${databaseUrl}.key`);
  throw new BotServerError(
    'invalid_configuration',
    'ENCRYPTION_KEYS is missing: PostgreSQL has no file for a key beside it',
  );
}
