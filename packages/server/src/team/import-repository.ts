/**
 * Writes many installs at once, for imports: those of workspaces that no row knows, in five statements. What is known takes
 * the way of a single install, which has more to ask.
 */
import type { SqlValue, Statements } from '../store/store.ts';
import {
  CREDENTIAL_COLUMNS,
  credentialValues,
  INSTALLATION_COLUMNS,
  installationValues,
} from './install-repository.ts';
import { type InstallationKey, isNamedAfter, teamNamedIn, type Version } from './installation.ts';
import { searchTextOf } from './installation-rows.ts';
import type { GrantedToken, InstallInput } from './installations.ts';
import { lastPurgedInstall } from './purge-repository.ts';
import type { RepositoryContext } from './repository-context.ts';

/** See Installations.recordNewInstalls. */
export function recordNewInstalls(
  context: RepositoryContext,
  inputs: readonly InstallInput[],
): Promise<ReadonlySet<InstallationKey>> {
  const plain = inputs.filter(isPlain);
  if (plain.length === 0) return Promise.resolve(new Set());
  return context.store.transaction(async (tx) => {
    const known = await knownIds(
      tx,
      plain.map(({ key }) => key),
    );
    const fresh = plain.filter(({ key }) => !known.has(key));
    if (fresh.length === 0) return new Set();
    const version = { install: (await lastPurgedInstall(tx)) + 1, refresh: 0 };
    const counter = await tx.get(
      'update meta set change_counter = change_counter + $1 returning change_counter as seq',
      [fresh.length],
    );
    const firstSeq = Number(counter?.seq) - fresh.length + 1;
    await insertAll(context, tx, { fresh, version, firstSeq });
    return new Set(fresh.map(({ key }) => key));
  });
}

/** A workspace with an installation of its own, and nothing that takes a look at what was there before. */
function isPlain({ key, isEnterprise, team, incomingWebhook }: InstallInput): boolean {
  return !isEnterprise && team !== null && isNamedAfter(key, team.teamId) && !incomingWebhook;
}

async function knownIds(tx: Statements, keys: readonly InstallationKey[]): Promise<ReadonlySet<string>> {
  const list = keys.map((_, index) => `$${index + 1}`).join(', ');
  const sql = `select key as id from installation where key in (${list})
               union select team_id as id from team where team_id in (${list})`;
  const rows = await tx.all(sql, [...keys]);
  return new Set(rows.map(({ id }) => String(id)));
}

async function insertAll(
  { vault, clock }: RepositoryContext,
  tx: Statements,
  { fresh, version, firstSeq }: { fresh: readonly InstallInput[]; version: Version; firstSeq: number },
): Promise<void> {
  const nowMs = clock.now();
  const rowOf = (input: InstallInput, index: number) =>
    installationValues(input, { version, changedSeq: firstSeq + index, nowMs });
  await insertRows(tx, { table: 'installation', columns: INSTALLATION_COLUMNS, rows: fresh.map(rowOf) });
  const credentials = fresh.flatMap((input) =>
    grantsOf(input).map(({ kind, userId, grant }) =>
      credentialValues(vault, { installationKey: input.key, kind, userId, version }, grant),
    ),
  );
  await insertRows(tx, { table: 'credential', columns: CREDENTIAL_COLUMNS, rows: credentials });
  await insertRows(tx, { table: 'team', columns: TEAM_COLUMNS, rows: fresh.map(teamValues) });
  const facts = JSON.stringify({ install: version.install });
  const entries = fresh.map(({ key }): SqlValue[] => [key, nowMs, 'installed', facts]);
  await insertRows(tx, { table: 'timeline', columns: ['installation_key', 'at_ms', 'kind', 'facts'], rows: entries });
}

function grantsOf({ bot, users }: InstallInput): { kind: 'bot' | 'user'; userId: string; grant: GrantedToken }[] {
  const ofPeople = users.map((user) => ({ kind: 'user' as const, userId: user.userId, grant: user }));
  return bot ? [{ kind: 'bot', userId: '', grant: bot }, ...ofPeople] : ofPeople;
}

const TEAM_COLUMNS = ['team_id', 'installation_key', 'access', 'name', 'domain', 'bot_user_id', 'bot_id', 'search'];

/** A workspace of its own needs no proof of where it belongs. */
function teamValues({ key, team }: InstallInput): SqlValue[] {
  const { name = null, domain = null, botUserId = null, botId = null } = team ?? {};
  const search = searchTextOf({ teamId: teamNamedIn(key), name, domain });
  return [key, key, 'granted', name, domain, botUserId, botId, search];
}

async function insertRows(
  tx: Statements,
  { table, columns, rows }: { table: string; columns: readonly string[]; rows: readonly SqlValue[][] },
): Promise<void> {
  if (rows.length === 0) return;
  const width = columns.length;
  const places = rows.map((_, row) => `(${columns.map((_, column) => `$${row * width + column + 1}`).join(', ')})`);
  await tx.run(`insert into ${table} (${columns.join(', ')}) values ${places.join(', ')}`, rows.flat());
}
