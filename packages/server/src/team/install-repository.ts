/** Writes a grant into the rows: installation, credentials, team. One transaction each; see Installations.recordInstall. */

import { BotServerError, isBotServerError } from '../errors.ts';
import type { SqlValue, Statements, Transaction } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import { type IncomingWebhook, serializeWebhook } from './incoming-webhook.ts';
import type { Installation, InstallationKey, Team, TeamId, Version } from './installation.ts';
import { INSTALLATION_COLUMNS, installationValues } from './installation-columns.ts';
import { toInstallation, toTeam } from './installation-rows.ts';
import type { GrantedToken, InstallInput, InstallOutcome } from './installations.ts';
import { addNewWorkspaces } from './new-workspaces-repository.ts';
import { lastPurgedInstall } from './purge-repository.ts';
import type { RepositoryContext } from './repository-context.ts';
import { about } from './subjects.ts';
import { isSameTeam, partitionTeams, writeTeam } from './team-row-repository.ts';
import { insertTimelineEntry } from './timeline-repository.ts';
import type { CredentialBinding, TokenSealer } from './token-sealer.ts';

/** See Installations.recordInstall. */
export function recordInstall(context: RepositoryContext, input: InstallInput): Promise<InstallOutcome> {
  return context.store.transaction({ about: about(input.key, input.team?.teamId) }, async (tx) => {
    const { outcome, installation } = await writeInstall(context, tx, input);
    return { outcome, installation };
  });
}

/** Writes a grant, and what an import knows of the workspaces of an organization that is new; answers those as well. */
export async function writeInstall(
  context: RepositoryContext,
  tx: Transaction,
  input: InstallInput,
): Promise<InstallOutcome & { workspaces: TeamId[] }> {
  const before = await selectInstallation(tx, input.key);
  const isSameToken = await hasBotToken(context, tx, input);
  const lastInstall = before?.version.install ?? (await lastPurgedInstall(tx));
  const version = { install: lastInstall + 1, refresh: 0 };
  await upsertInstallation(context, tx, input, version);
  // What was proved gone is gone for everybody: after that only this grant's tokens are known to work.
  const keepsOthers = before !== undefined && before.state.kind !== 'inactive';
  await replaceCredentials(context, tx, input, { version, keepsOthers });
  const departed = input.team
    ? await upsertTeam(context, tx, { ...input.team, key: input.key, isSameToken })
    : undefined;
  const outcome = outcomeOf(before);
  await insertTimelineEntry(tx, input.key, {
    atMs: context.clock.now(),
    kind: outcome,
    facts: { install: version.install, ...(input.inactive && { status: input.inactive.kind }) },
  });
  const workspaces = before ? [] : await addNewWorkspaces(context, tx, input);
  await markChanged(tx, ...(departed?.from ?? []), input.key);
  return { outcome, workspaces, installation: await requireInstallation(tx, input.key) };
}

function outcomeOf(before: Installation | undefined): InstallOutcome['outcome'] {
  if (!before) return 'installed';
  return before.state.kind === 'active' ? 'reinstalled' : 'reactivated';
}

export async function selectInstallation(tx: Statements, key: string): Promise<Installation | undefined> {
  const row = await tx.get('select * from installation where key = $1', [key]);
  return row && toInstallation(row);
}

async function requireInstallation(tx: Statements, key: string): Promise<Installation> {
  const installation = await selectInstallation(tx, key);
  if (installation) return installation;
  throw new BotServerError('installation_not_found', `There is no installation ${key}`, {
    facts: { installationKey: key },
  });
}

/** Whether the stored bot token is the input's. One that cannot be opened any more counts as another one. */
export async function hasBotToken(
  { vault }: RepositoryContext,
  tx: Statements,
  { key, bot }: InstallInput,
): Promise<boolean> {
  const binding: CredentialBinding = { installationKey: key, kind: 'bot', userId: '' };
  const row = await tx.get("select token from credential where installation_key = $1 and kind = 'bot'", [key]);
  if (!(row?.token instanceof Uint8Array)) return bot === null;
  try {
    return vault.open(row.token, binding) === bot?.token;
  } catch (error) {
    if (isBotServerError(error, 'sealed_value_unreadable')) return false;
    throw error;
  }
}

async function upsertInstallation(
  { clock }: RepositoryContext,
  tx: Statements,
  input: InstallInput,
  version: Version,
): Promise<void> {
  await tx.run(
    `insert into installation (${INSTALLATION_COLUMNS.join(', ')}) values (${numbered(INSTALLATION_COLUMNS)})
     on conflict (key) do update set
       app_id = coalesce(excluded.app_id, installation.app_id), is_enterprise = excluded.is_enterprise,
       status = 'active', reason = null, since_ms = null, doubt = 'none', doubt_code = null, doubt_since_ms = null,
       install = excluded.install, refresh = excluded.refresh, request = null, request_seq = null,
       incident_since_ms = null, incident_probes = 0, incident_proofs = 0,
       installed_at_ms = excluded.installed_at_ms, metadata = excluded.metadata,
       enterprise_id = coalesce(excluded.enterprise_id, installation.enterprise_id),
       installed_by = coalesce(excluded.installed_by, installation.installed_by)`,
    installationValues(input, { version, changedSeq: 0, nowMs: clock.now() }),
  );
}

async function replaceCredentials(
  context: RepositoryContext,
  tx: Statements,
  { key, bot, users, incomingWebhook }: InstallInput,
  { version, keepsOthers }: { version: Version; keepsOthers: boolean },
): Promise<void> {
  const kept = keepsOthers ? await selectWebhook(tx, key) : null;
  await tx.run("delete from credential where installation_key = $1 and kind = 'bot'", [key]);
  if (keepsOthers) await moveUserCredentials(tx, key, version);
  else await tx.run('delete from credential where installation_key = $1', [key]);
  for (const { userId } of users) {
    await tx.run("delete from credential where installation_key = $1 and kind = 'user' and user_id = $2", [
      key,
      userId,
    ]);
  }
  if (bot) await insertCredential(context, tx, { installationKey: key, kind: 'bot', userId: '', version }, bot);
  const webhook = incomingWebhook ? sealedWebhook(context.vault, key, incomingWebhook) : kept;
  if (webhook) {
    await tx.run("update credential set webhook = $1 where installation_key = $2 and kind = 'bot'", [webhook, key]);
  }
  for (const user of users) {
    await insertCredential(context, tx, { installationKey: key, kind: 'user', userId: user.userId, version }, user);
  }
}

export function sealedWebhook(vault: TokenSealer, key: InstallationKey, webhook: IncomingWebhook): Uint8Array {
  const binding = { installationKey: key, kind: 'bot', userId: '', part: 'webhook' } as const;
  return vault.seal(serializeWebhook(webhook), binding);
}

/** Sealed: it moves to the next install as it is, because Slack takes it as long as the app stays installed. */
async function selectWebhook(tx: Statements, key: string): Promise<Uint8Array | null> {
  const row = await tx.get("select webhook from credential where installation_key = $1 and kind = 'bot'", [key]);
  return row?.webhook instanceof Uint8Array ? row.webhook : null;
}

/**
 * Takes people's tokens along into the new version: the gate refuses what is of an earlier install, and only these rows
 * say which of those tokens still count.
 */
async function moveUserCredentials(tx: Statements, key: string, version: Version): Promise<void> {
  await tx.run("update credential set install = $1, refresh = $2 where installation_key = $3 and kind = 'user'", [
    version.install,
    version.refresh,
    key,
  ]);
}

async function insertCredential(
  { vault }: RepositoryContext,
  tx: Statements,
  owner: CredentialBinding & { version: Version },
  grant: GrantedToken,
): Promise<void> {
  const sql = `insert into credential (${CREDENTIAL_COLUMNS.join(', ')}) values (${numbered(CREDENTIAL_COLUMNS)})`;
  await tx.run(sql, credentialValues(vault, owner, grant));
}

/** What a new row of a credential says; the other columns have defaults. */
export const CREDENTIAL_COLUMNS = [
  'installation_key',
  'kind',
  'user_id',
  'install',
  'refresh',
  'token',
  'refresh_token',
  'scopes',
  'expires_at_ms',
] as const;

/** In the order of CREDENTIAL_COLUMNS, sealed. */
export function credentialValues(
  vault: TokenSealer,
  { version, ...owner }: CredentialBinding & { version: Version },
  { token, refreshToken, scopes, expiresAtMs }: GrantedToken,
): SqlValue[] {
  const { installationKey, kind, userId } = owner;
  const binding = { installationKey, kind, userId };
  return [
    installationKey,
    kind,
    userId,
    version.install,
    version.refresh,
    vault.seal(token, binding),
    refreshToken ? vault.seal(refreshToken, { ...binding, part: 'refresh' }) : null,
    JSON.stringify(scopes),
    expiresAtMs,
  ];
}

function numbered(columns: readonly string[]): string {
  return columns.map((_, index) => `$${index + 1}`).join(', ');
}

/**
 * Writes the team's row, unless it is the same. Undefined then; otherwise the installation that the team left, whose change is to be
 * marked, if it left one.
 */
export async function upsertTeam(
  context: RepositoryContext,
  tx: Transaction,
  input: NonNullable<InstallInput['team']> & { key: string; isSameToken: boolean },
): Promise<{ from: InstallationKey[] } | undefined> {
  const row = await tx.get(
    'select team.*, is_enterprise from team join installation on key = installation_key where team_id = $1',
    [input.teamId],
  );
  const before = row && toTeam(row);
  const moved = before !== undefined && before.installationKey !== input.key;
  if (moved) await tx.alsoAbout(...about(before.installationKey));
  const keepsBotIds = before !== undefined && !moved && input.isSameToken;
  const team: Team = {
    teamId: input.teamId,
    installationKey: input.key,
    access: 'granted',
    noAccessSinceMs: null,
    name: input.name ?? before?.name ?? null,
    domain: input.domain ?? before?.domain ?? null,
    botUserId: input.botUserId ?? (keepsBotIds ? before.botUserId : null),
    botId: input.botId ?? (keepsBotIds ? before.botId : null),
  };
  if (row && isSameTeam(before, team) && partitionTeams(context.vault, [row]).strays.length === 0) return undefined;
  const onlyFrom = before?.installationKey ?? input.key;
  if (!(await writeTeam(context.vault, tx, team, { onlyFrom }))) return await upsertTeam(context, tx, input);
  if (!moved) return { from: [] };
  await recordDeparture(context, tx, { from: before.installationKey, to: input.key, teamId: input.teamId });
  return { from: [before.installationKey] };
}

/** The installation that a team left has to be looked at as well, and be marked as changed: its connections may serve the team no longer. */
export async function recordDeparture(
  { clock }: RepositoryContext,
  tx: Statements,
  { from, to, teamId }: { from: string; to: string; teamId: string },
): Promise<void> {
  await insertTimelineEntry(tx, from, { atMs: clock.now(), kind: 'team_left', facts: { teamId, to } });
}
