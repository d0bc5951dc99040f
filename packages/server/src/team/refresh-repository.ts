/**
 * Pairs of tokens that rotate, in the store. A write compares the refresh token that was used with the stored one, inside
 * its transaction: whatever came in between, another process or a re-install, wins.
 */
import type { Row, Statements } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import type { InstallationState, Version } from './installation.ts';
import { toScopes } from './installation-rows.ts';
import type { GrantedToken } from './installations.ts';
import type { RepositoryContext } from './repository-context.ts';
import { about } from './subjects.ts';
import type { PairOwner, PairStore, StoredPair } from './token-pairs.ts';

const WHERE = 'installation_key = $1 and kind = $2 and user_id = $3';

/** Keeps pairs in `store`, sealed by `vault`. */
export function createPairStore(context: Pick<RepositoryContext, 'store' | 'vault'>): PairStore {
  const { store } = context;
  return {
    async find(owner) {
      const row = await store.get(
        `select credential.*, status from credential join installation on key = installation_key where ${WHERE}`,
        paramsOf(owner),
      );
      return row && toPair(context, owner, row);
    },
    replace: (owner, used, granted) =>
      store.transaction({ about: about(owner.key) }, async (tx) => {
        if (!(await isStillStored(context, tx, owner, used))) return false;
        await writePair(context, tx, owner, granted);
        await moveVersion(tx, owner);
        await markChanged(tx, owner.key);
        return true;
      }),
  };
}

type Vault = Pick<RepositoryContext, 'vault'>;

function toPair({ vault }: Vault, owner: PairOwner, row: Row): StoredPair {
  const version: Version = { install: Number(row.install), refresh: Number(row.refresh) };
  return {
    credential: {
      installationKey: owner.key,
      kind: owner.kind,
      userId: owner.userId,
      version,
      token: vault.open(row.token as Uint8Array, bindingOf(owner)),
      scopes: toScopes(row),
      expiresAtMs: row.expires_at_ms === null ? null : Number(row.expires_at_ms),
    },
    refreshToken: openRefreshToken({ vault }, owner, row),
    status: row.status as InstallationState['kind'],
  };
}

async function isStillStored(context: Vault, tx: Statements, owner: PairOwner, used: string): Promise<boolean> {
  const row = await tx.get(`select refresh_token from credential where ${WHERE}`, paramsOf(owner));
  return row !== undefined && openRefreshToken(context, owner, row) === used;
}

function openRefreshToken({ vault }: Vault, owner: PairOwner, { refresh_token: sealed }: Row): string | null {
  return sealed instanceof Uint8Array ? vault.open(sealed, { ...bindingOf(owner), part: 'refresh' }) : null;
}

/** Writes a pair over what is stored of a credential; scopes stay when none are named. */
export async function writePair(
  { vault }: Vault,
  tx: Statements,
  owner: PairOwner,
  granted: GrantedToken,
): Promise<void> {
  const { token, refreshToken, scopes, expiresAtMs } = granted;
  const binding = bindingOf(owner);
  await tx.run(
    `update credential set token = $4, refresh_token = coalesce($5, refresh_token), expires_at_ms = $6,
       scopes = coalesce($7, scopes) where ${WHERE}`,
    [
      ...paramsOf(owner),
      vault.seal(token, binding),
      refreshToken ? vault.seal(refreshToken, { ...binding, part: 'refresh' }) : null,
      expiresAtMs,
      scopes.length > 0 ? JSON.stringify(scopes) : null,
    ],
  );
}

/** Counts a refresh, for all credentials of the installation. */
export async function moveVersion(tx: Statements, { key, kind }: PairOwner): Promise<void> {
  await tx.run('update installation set refresh = refresh + 1 where key = $1', [key]);
  await tx.run(
    'update credential set refresh = (select refresh from installation where key = $1) where installation_key = $1',
    [key],
  );
  if (kind !== 'bot') return;
  await tx.run(
    `update installation set doubt = 'none', doubt_code = null, doubt_since_ms = null
     where key = $1 and status = 'active' and doubt = 'confirming' and doubt_code = 'token_expired'`,
    [key],
  );
}

function paramsOf({ key, kind, userId }: PairOwner): string[] {
  return [key, kind, userId];
}

function bindingOf({ key, kind, userId }: PairOwner) {
  return { installationKey: key, kind, userId };
}
