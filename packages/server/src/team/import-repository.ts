/**
 * Writes many installs at once, for imports: those of workspaces that no row knows, in five statements. What is known takes
 * the way of a single install, which has more to ask.
 */
import type { SqlValue, Statements, Transaction } from '../store/store.ts';
import { numberNew } from './change-counter-repository.ts';
import { CREDENTIAL_COLUMNS, credentialValues } from './install-repository.ts';
import { type InstallationKey, isNamedAfter, type Team, teamNamedIn, type Version } from './installation.ts';
import { INSTALLATION_COLUMNS, installationValues } from './installation-columns.ts';
import type { GrantedToken, InstallInput } from './installations.ts';
import { lastPurgedInstall } from './purge-repository.ts';
import type { RepositoryContext } from './repository-context.ts';
import { about } from './subjects.ts';
import { TEAM_COLUMNS, teamValues } from './team-row-repository.ts';

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
  const list = listOf(keys);
  const sql = `select key as id from installation where key in (${list})
               union select team_id as id from team where team_id in (${list})`;
  const rows = await tx.all(sql, [...keys]);
  return new Set(rows.map(({ id }) => String(id)));
}

function listOf(keys: readonly InstallationKey[]): string {
  return keys.map((_, index) => `$${index + 1}`).join(', ');
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
    `select distinct installation_key from team where team_id in (${listOf(keys)}) and installation_key <> team_id`,
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
  return { teamId: teamNamedIn(key), installationKey: key, access: 'granted', name, domain, botUserId, botId };
}

interface NewRows {
  table: string;
  columns: readonly string[];
  rows: readonly SqlValue[][];
  /** What is no error. @defaultValue every conflict is one */
  unless?: string;
}

async function insertRows(tx: Statements, { table, columns, rows, unless = '' }: NewRows): Promise<number> {
  if (rows.length === 0) return 0;
  const width = columns.length;
  const places = rows.map((_, row) => `(${columns.map((_, column) => `$${row * width + column + 1}`).join(', ')})`);
  const sql = `insert into ${table} (${columns.join(', ')}) values ${places.join(', ')} ${unless}`;
  return await tx.run(sql, rows.flat());
}
