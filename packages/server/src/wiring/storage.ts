/** Opens everything that lasts: the database, the keys that seal tokens in it, and the repositories. Used by server and CLI. */
import { createTeamData, type TeamData } from '../data/team-data.ts';
import { loadOrCreateKeyFile, parseEncryptionKeys } from '../installation/encryption-keys.ts';
import { createOAuthUses, type OAuthUses } from '../installation/oauth-use-repository.ts';
import { createVault, type Vault } from '../installation/sealing.ts';
import { checkKeyFingerprint } from '../store/identity-repository.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';

/** What lasts, opened. */
export interface Storage {
  store: SqliteStore;
  vault: Vault;
  installations: Installations;
  uses: OAuthUses;
  data(teamId: string): TeamData;
  close(): Promise<void>;
}

/**
 * Opens the database and its key.
 * @throws BotServerError `store_unavailable`, `store_newer`, `encryption_key_mismatch`, `invalid_configuration`
 */
export async function openStorage(
  config: { databaseUrl: string; encryptionKeys?: string | undefined },
  { clock }: { clock: Clock },
): Promise<Storage> {
  const store = await openSqliteStore({ path: config.databaseUrl, clock });
  try {
    const keys = config.encryptionKeys
      ? parseEncryptionKeys(config.encryptionKeys)
      : await loadOrCreateKeyFile(`${config.databaseUrl}.key`);
    const vault = createVault(keys);
    await checkKeyFingerprint(store, vault);
    const installations = createInstallationRepository({ store, vault, clock });
    const uses = createOAuthUses({ store, clock });
    return { store, vault, installations, uses, data: createTeamData({ store, clock }), close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}
