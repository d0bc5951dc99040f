/**
 * Writes installs for imports. What they say may be of long ago, so that what is known here counts: see importInstall. Many workspaces
 * that no row knows take five statements; whatever there is more to ask about comes one by one.
 */
import { BotServerError } from '../errors.ts';
import type { SqlValue, Statements, Transaction } from '../store/store.ts';
import { numberNew } from './change-counter-repository.ts';
import {
  CREDENTIAL_COLUMNS,
  credentialValues,
  hasBotToken,
  selectInstallation,
  writeInstall,
} from './install-repository.ts';
import { type InstallationKey, isNamedAfter, type Team, teamNamedIn, type Version } from './installation.ts';
import { INSTALLATION_COLUMNS, installationValues } from './installation-columns.ts';
import type { GrantedToken, ImportOutcome, InstallInput } from './installations.ts';
import { requireNothingNewer } from './newer-tokens-repository.ts';
import { lastPurgedInstall } from './purge-repository.ts';
import type { RepositoryContext } from './repository-context.ts';
import { placeholders } from './rows-by-id-repository.ts';
import { about } from './subjects.ts';
import { belongs, TEAM_COLUMNS, teamValues } from './team-row-repository.ts';
import { updateInstall } from './update-repository.ts';

/**
 * One transaction, so that an organization never stands without its workspaces, and nobody says anything of it in between. The rules:
 * - That it is inactive in another program ends nothing that is known here.
 * - Where the token is the stored one, what is new is added, and the installation stays as it is, active or not.
 * - Another token is a re-install, unless it would replace tokens that rotate and are newer, or take a workspace out of an organization
 *   that is not inactive: usually Slack ended the workspace's own tokens when it joined that. A suspended one may come back.
 * - Workspaces come with an organization that is new here, and only those that no row knows; see new-workspaces-repository.ts.
 */
export function importInstall(
  context: RepositoryContext,
  input: InstallInput,
  { force = false }: { force?: boolean } = {},
): Promise<ImportOutcome> {
  return context.store.transaction({ about: about(input.key, input.team?.teamId) }, async (tx) => {
    const before = await selectInstallation(tx, input.key);
    const other = await otherOwner(context, tx, input);
    if (input.inactive && (before || other)) return UNCHANGED;
    if (before && (await hasBotToken(context, tx, input))) {
      const isTeamElsewhere = other?.isProved === true;
      return (await updateInstall(context, tx, { input, isTeamElsewhere })) ? UPDATED : UNCHANGED;
    }
    if (!force && !input.isEnterprise && other?.isInUse) throw ofOrganization(input.key, other.key);
    if (!force && before && before.state.kind !== 'inactive') await requireNothingNewer(tx, input);
    const { outcome, workspaces } = await writeInstall(context, tx, input);
    return { outcome, workspaces };
  });
}

const UPDATED: ImportOutcome = { outcome: 'updated', workspaces: [] };
const UNCHANGED: ImportOutcome = { outcome: 'unchanged', workspaces: [] };

/** The installation to which the team belongs, if that is not the one that is imported. */
async function otherOwner({ vault }: RepositoryContext, tx: Statements, { key, team }: InstallInput) {
  const row = await tx.get(
    'select team.*, is_enterprise, status from team join installation on key = installation_key where team_id = $1',
    [team?.teamId ?? null],
  );
  if (!row || row.installation_key === key) return undefined;
  const isProved = belongs(vault, row, { isEnterprise: row.is_enterprise === 1 });
  const isInUse = isProved && row.access === 'granted' && row.status !== 'inactive';
  return { key: String(row.installation_key), isProved, isInUse };
}

function ofOrganization(teamId: InstallationKey, organization: InstallationKey): BotServerError {
  const message = `Team ${teamId} is a workspace of organization ${organization} here, and uses that installation. The line's own token was not imported`;
  return new BotServerError('team_of_organization', message, { facts: { teamId, installationKey: organization } });
}

/** See Installations.recordNewInstalls. */
export function recordNewInstalls(
  context: RepositoryContext,
  inputs: readonly InstallInput[],
): Promise<ReadonlySet<InstallationKey>> {
  const plain = inputs.filter(isPlain);
  if (plain.length === 0) return Promise.resolve(new Set());
  const keys = plain.map(({ key }) => key);
  return context.store.transaction({ about: about(...keys) }, async (tx) => {
    const known = await knownIds(tx, keys);
    const fresh = plain.filter(({ key }) => !known.has(key));
    if (fresh.length === 0) return new Set();
    const version = { install: (await lastPurgedInstall(tx)) + 1, refresh: 0 };
    await insertAll(context, tx, { fresh, version });
    const stored = fresh.map(({ key }) => key);
    await numberNew(tx, stored);
    return new Set(stored);
  });
}

/** A workspace with an installation of its own, and nothing that takes a look at what was there before. */
function isPlain({ key, isEnterprise, team, incomingWebhook }: InstallInput): boolean {
  return !isEnterprise && team !== null && isNamedAfter(key, team.teamId) && !incomingWebhook;
}

async function knownIds(tx: Statements, keys: readonly InstallationKey[]): Promise<ReadonlySet<string>> {
  const list = placeholders(keys);
  const sql = `select key as id from installation where key in (${list})
               union select team_id as id from team where team_id in (${list})`;
  const rows = await tx.all(sql, [...keys]);
  return new Set(rows.map(({ id }) => String(id)));
}

async function insertAll(
  { vault, clock }: RepositoryContext,
  tx: Transaction,
  { fresh, version }: { fresh: readonly InstallInput[]; version: Version },
): Promise<void> {
  const nowMs = clock.now();
  const rowOf = (input: InstallInput, index: number) =>
    installationValues(input, { version, changedSeq: index + 1, nowMs });
  await insertRows(tx, { table: 'installation', columns: INSTALLATION_COLUMNS, rows: fresh.map(rowOf) });
  const credentials = fresh.flatMap((input) =>
    grantsOf(input).map(({ kind, userId, grant }) =>
      credentialValues(vault, { installationKey: input.key, kind, userId, version }, grant),
    ),
  );
  await insertRows(tx, { table: 'credential', columns: CREDENTIAL_COLUMNS, rows: credentials });
  await insertTeams(tx, fresh);
  const entries = fresh.map(({ key, inactive }): SqlValue[] => {
    const facts = { install: version.install, ...(inactive && { status: inactive.kind }) };
    return [key, nowMs, 'installed', JSON.stringify(facts)];
  });
  await insertRows(tx, { table: 'timeline', columns: ['installation_key', 'at_ms', 'kind', 'facts'], rows: entries });
}

/** An organization may list one of the workspaces in the very moment: then all begins anew, and that one is known. */
async function insertTeams(tx: Transaction, fresh: readonly InstallInput[]): Promise<void> {
  // Of the team alone: a rule of the operator's that refuses a value is an error, and no team that is known.
  const unless = 'on conflict (team_id) do nothing';
  const inserted = await insertRows(tx, {
    table: 'team',
    columns: TEAM_COLUMNS,
    rows: fresh.map((input) => teamValues(teamOf(input))),
    unless,
  });
  if (inserted === fresh.length) return;
  const keys = fresh.map(({ key }) => key);
  const rows = await tx.all(
    `select distinct installation_key from team where team_id in (${placeholders(keys)}) and installation_key <> team_id`,
    keys,
  );
  await tx.alsoAbout(...about(...rows.map((row) => String(row.installation_key))));
}

function grantsOf({ bot, users }: InstallInput): { kind: 'bot' | 'user'; userId: string; grant: GrantedToken }[] {
  const ofPeople = users.map((user) => ({ kind: 'user' as const, userId: user.userId, grant: user }));
  return bot ? [{ kind: 'bot', userId: '', grant: bot }, ...ofPeople] : ofPeople;
}

function teamOf({ key, team }: InstallInput): Team {
  const { name = null, domain = null, botUserId = null, botId = null } = team ?? {};
  const access = { access: 'granted', noAccessSinceMs: null } as const;
  return { teamId: teamNamedIn(key), installationKey: key, ...access, name, domain, botUserId, botId };
}

interface NewRows {
  table: string;
  columns: readonly string[];
  rows: readonly SqlValue[][];
  /** What is no error. @defaultValue every conflict is one */
  unless?: string;
}

export async function insertRows(tx: Statements, { table, columns, rows, unless = '' }: NewRows): Promise<number> {
  if (rows.length === 0) return 0;
  const width = columns.length;
  const places = rows.map((_, row) => `(${columns.map((_, column) => `$${row * width + column + 1}`).join(', ')})`);
  const sql = `insert into ${table} (${columns.join(', ')}) values ${places.join(', ')} ${unless}`;
  return await tx.run(sql, rows.flat());
}
