/** Rows of thousands of installations, in one transaction: a storm is about what comes after their installs. */
import type { Vault } from '../installation/sealing.ts';
import type { SqlValue, Statements, Store } from '../store/store.ts';

/** Rows of one statement. */
const PAGE = 100;

export interface PlantedToken {
  token: string;
  /** @defaultValue null: it does not rotate */
  refreshToken?: string;
  /** @defaultValue null */
  expiresAtMs?: number;
}

/** Writes what recordInstall does of installations that are active, each with a team of its name and a bot's token; the database is empty. */
export async function plantInstallations(
  { store, vault }: { store: Store; vault: Vault },
  keys: readonly string[],
  tokenOf: (key: string) => PlantedToken = (key) => ({ token: `xoxb-test-${key}` }),
): Promise<void> {
  await store.transaction({ about: [] }, async (tx) => {
    const installation =
      'insert into installation (key, is_enterprise, status, install, refresh, changed_seq, shard, created_at_ms, installed_at_ms)';
    const installations = keys.map((key, n) => [key, 0, 'active', 1, 0, n + 1, 0, 0, 0]);
    await insertMany(tx, installation, installations);
    const credential =
      'insert into credential (installation_key, kind, user_id, install, refresh, token, refresh_token, scopes, expires_at_ms)';
    const credentials = keys.map((key) => {
      const binding = { installationKey: key, kind: 'bot', userId: '' } as const;
      const { token, refreshToken, expiresAtMs = null } = tokenOf(key);
      const next = refreshToken === undefined ? null : vault.seal(refreshToken, { ...binding, part: 'refresh' });
      return [key, 'bot', '', 1, 0, vault.seal(token, binding), next, '[]', expiresAtMs];
    });
    await insertMany(tx, credential, credentials);
    const team = 'insert into team (team_id, installation_key, access, name, bot_user_id, bot_id, search)';
    const teams = keys.map((key) => [key, key, 'granted', key, 'U1', 'B1', key.toLowerCase()]);
    await insertMany(tx, team, teams);
    await tx.run('update meta set change_counter = $1', [keys.length]);
  });
}

async function insertMany(tx: Statements, insert: string, rows: readonly SqlValue[][]): Promise<void> {
  for (let from = 0; from < rows.length; from += PAGE) {
    const page = rows.slice(from, from + PAGE);
    let last = 0;
    const values = page.map((row) => `(${row.map(() => `$${++last}`).join(', ')})`);
    await tx.run(`${insert} values ${values.join(', ')}`, page.flat());
  }
}
