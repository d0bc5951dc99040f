/** Adds to a known installation what an import of the same token knows more. Version, state and tokens of people stay as they are. */
import type { Statements, Transaction } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import { sealedWebhook, upsertTeam } from './install-repository.ts';
import type { InstallInput } from './installations.ts';
import type { RepositoryContext } from './repository-context.ts';

/**
 * Fills names, scopes and ids; answers whether anything was new.
 * @param isTeamElsewhere The team belongs to another installation by now, and stays there
 */
export async function updateInstall(
  context: RepositoryContext,
  tx: Transaction,
  { input, isTeamElsewhere }: { input: InstallInput; isTeamElsewhere: boolean },
): Promise<boolean> {
  let changes = await addAppId(tx, input);
  changes += await updateScopes(tx, input);
  changes += await addRefreshToken(context, tx, input);
  changes += await addInstaller(tx, input);
  changes += await addWebhook(context, tx, input);
  const written =
    input.team && !isTeamElsewhere
      ? await upsertTeam(context, tx, { ...input.team, key: input.key, isSameToken: true })
      : undefined;
  const isChanged = changes > 0 || written !== undefined;
  if (isChanged) await markChanged(tx, ...(written?.from ?? []), input.key);
  return isChanged;
}

/** An import that does not know the app either changes nothing. */
async function addAppId(tx: Statements, { key, appId }: InstallInput): Promise<number> {
  if (appId === null) return 0;
  return await tx.run('update installation set app_id = $1 where key = $2 and app_id is null', [appId, key]);
}

/** Only where none is known: what is stored came by an install here. */
async function addInstaller(tx: Statements, { key, installedBy = null }: InstallInput): Promise<number> {
  if (installedBy === null) return 0;
  const sql = 'update installation set installed_by = $1 where key = $2 and installed_by is null';
  return await tx.run(sql, [installedBy, key]);
}

/** The same. */
async function addWebhook(
  { vault }: RepositoryContext,
  tx: Statements,
  { key, incomingWebhook }: InstallInput,
): Promise<number> {
  if (!incomingWebhook) return 0;
  const sql = "update credential set webhook = $1 where installation_key = $2 and kind = 'bot' and webhook is null";
  return await tx.run(sql, [sealedWebhook(vault, key, incomingWebhook), key]);
}

async function updateScopes(tx: Statements, { key, bot }: InstallInput): Promise<number> {
  if (!bot || bot.scopes.length === 0) return 0;
  return tx.run("update credential set scopes = $1 where installation_key = $2 and kind = 'bot' and scopes <> $1", [
    JSON.stringify(bot.scopes),
    key,
  ]);
}

/** Only where none is stored: a stored one may be newer, and the input's used up. */
function addRefreshToken({ vault }: RepositoryContext, tx: Statements, { key, bot }: InstallInput): Promise<number> {
  if (!bot?.refreshToken) return Promise.resolve(0);
  const sealed = vault.seal(bot.refreshToken, { installationKey: key, kind: 'bot', userId: '', part: 'refresh' });
  return tx.run(
    `update credential set refresh_token = $1, expires_at_ms = $2
     where installation_key = $3 and kind = 'bot' and refresh_token is null`,
    [sealed, bot.expiresAtMs, key],
  );
}
