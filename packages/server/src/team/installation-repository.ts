/** Installations in the store: questions and verdicts. Grants are written by install-repository.ts. */

import { isBotServerError } from '../errors.ts';
import type { Row, SqlValue, Statements } from '../store/store.ts';
import { activeAmong } from './active-teams-repository.ts';
import { createBreaker } from './breaker-repository.ts';
import { latestChange, markChanged } from './change-counter-repository.ts';
import { isOwnersWrite } from './epoch-repository.ts';
import { selectGrantedScopes } from './granted-scopes-repository.ts';
import { importInstall, recordNewInstalls } from './import-repository.ts';
import { type IncomingWebhook, parseWebhook } from './incoming-webhook.ts';
import { recordInstall } from './install-repository.ts';
import {
  type Credential,
  type InstallationKey,
  type InstallationRequest,
  type InstallationState,
  isSameVersion,
  type Version,
} from './installation.ts';
import { toScopes, toVersion, toViews } from './installation-rows.ts';
import {
  type Credentials,
  type Installations,
  type InstallationView,
  type ListFilter,
  noCredentials,
} from './installations.ts';
import { type PurgeTeam, prunePurged, purgedSince, purgeInstallation } from './purge-repository.ts';
import { askRemoval, refuseRemoval } from './removal-repository.ts';
import type { RepositoryContext } from './repository-context.ts';
import { placeholders } from './rows-by-id-repository.ts';
import { stateAssignments, stateValues } from './state-columns.ts';
import { about } from './subjects.ts';
import { belongs, isSameTeam, partitionTeams, SELECTED_TEAM, writeTeam } from './team-row-repository.ts';
import { insertTimelineEntry, selectTimeline } from './timeline-repository.ts';
import type { PairOwner } from './token-pairs.ts';
import type { CredentialBinding } from './token-sealer.ts';
import { SELECTED_TOLD, setTold, setUntoldGaps } from './told-repository.ts';
import { changeAccess, keysOfEnterprise, recordWorkspaces } from './workspace-repository.ts';

/** Answers and keeps what should be, in `store`. Tokens go through `vault` before they are written. */
export function createInstallationRepository({
  purgeTeam = purgeNothing,
  ...context
}: RepositoryContext & {
  /** Deletes what other features keep of a team, with its rows. @defaultValue nothing */
  purgeTeam?: PurgeTeam;
}): Installations {
  const { store } = context;
  return {
    find: (key) => selectOne(context, SELECT_BY_KEY, key),
    findMany: (keys) => selectMany(context, keys),
    findByTeam: (teamId) => selectByTeam(context, teamId),
    activeAmong: (teamIds) => activeAmong(store, teamIds),
    list: (filter) => selectPage(context, filter),
    changedSince: (seq, limit) => selectChanged(context, seq, limit),
    latestChange: (key) => latestChange(store, key),
    countByStatus: () => countByStatus(store),
    grantedScopes: () => selectGrantedScopes(store),
    botCredential: (key) => selectCredential(context, { key, kind: 'bot', userId: '' }),
    userCredential: (key, userId) => selectCredential(context, { key, kind: 'user', userId }),
    async credentials(key) {
      const found = await selectCredentials(context, [key]);
      return found.get(key) ?? noCredentials();
    },
    credentialsOf: (keys) => selectCredentials(context, keys),
    recordInstall: (input) => recordInstall(context, input),
    recordNewInstalls: (inputs) => recordNewInstalls(context, inputs),
    importInstall: (input, options) => importInstall(context, input, options),
    compareAndSetState: (key, expected, next, entry) => compareAndSetState(context, { key, expected, next, entry }),
    dropUserCredential: (key, expected, entry) => dropUserCredential(context, { key, ...expected, entry }),
    ...createBreaker(context),
    purgedSince: (seq, limit) => purgedSince(store, seq, limit),
    prunePurged: (beforeMs) => prunePurged(store, beforeMs),
    setTold: (told) => setTold(context, told),
    setUntoldGaps: (gaps) => setUntoldGaps(context, gaps),
    purge: (key, expected) => purgeInstallation(context, purgeTeam, { key, expected }),
    setRequest: (key, request) => setRequest(context, key, request),
    clearRequest: (key, seenSeq) => clearRequest(context, key, seenSeq),
    askRemoval: (key) => askRemoval(context, key),
    refuseRemoval: (key, refusal) => refuseRemoval(context, key, refusal),
    setTeamIdentity: (teamId, identity, options) => setTeamIdentity(context, { teamId, identity, ...options }),
    recordWorkspaces: (key, list) => recordWorkspaces(context, key, list),
    changeAccess: (key, change) => changeAccess(context, key, change),
    ofEnterprise: (enterpriseId) => keysOfEnterprise(store, enterpriseId),
    addTimeline: (key, entry) =>
      store.transaction({ about: about(key) }, (tx) =>
        insertTimelineEntry(tx, key, { ...entry, atMs: context.clock.now() }),
      ),
    timeline: (key) => selectTimeline(store, key),
  };
}

const purgeNothing: PurgeTeam = async () => ({ documents: 0, events: 0 });

const SELECT_BY_KEY = 'select * from installation where key = $1';

const SELECT_BY_TEAM = 'select * from installation where key = (select installation_key from team where team_id = $1)';

/** The installations of a subquery with their teams. The order is the subquery's, said again for the outer query. */
function withTeams(installations: string, orderBy: string): string {
  return `select i.*, ${SELECTED_TEAM}, ${SELECTED_TOLD}
          from (${installations}) i left join team t on t.installation_key = i.key order by i.${orderBy}, t.team_id`;
}

function viewsIn({ vault }: RepositoryContext, rows: readonly Row[]): InstallationView[] {
  return toViews(rows, (row) => belongs(vault, row, { isEnterprise: row.is_enterprise === 1 }));
}

async function selectOne(
  context: RepositoryContext,
  sql: string,
  param: string,
): Promise<InstallationView | undefined> {
  return viewsIn(context, await context.store.all(withTeams(sql, 'key'), [param]))[0];
}

async function selectMany(context: RepositoryContext, keys: readonly InstallationKey[]): Promise<InstallationView[]> {
  if (keys.length === 0) return [];
  const sql = `select * from installation where key in (${placeholders(keys)})`;
  return viewsIn(context, await context.store.all(withTeams(sql, 'key'), keys));
}

async function selectByTeam(context: RepositoryContext, teamId: string): Promise<InstallationView | undefined> {
  const view = await selectOne(context, SELECT_BY_TEAM, teamId);
  const stray = view?.strays?.find((team) => team.teamId === teamId);
  if (!stray) return view;
  const own = await selectOne(context, SELECT_BY_KEY, teamId);
  return own && { ...own, strays: [stray] };
}

async function selectChanged(context: RepositoryContext, seq: number, limit: number): Promise<InstallationView[]> {
  const sql = 'select * from installation where changed_seq > $1 order by changed_seq limit $2';
  return viewsIn(context, await context.store.all(withTeams(sql, 'changed_seq'), [seq, limit]));
}

async function selectPage(context: RepositoryContext, filter: ListFilter): Promise<InstallationView[]> {
  const params: SqlValue[] = [filter.limit, filter.afterKey ?? ''];
  const isOfIncident = filter.ofIncident ? 'and incident_since_ms is not null' : '';
  const isWanted = `${filter.status ? `and status = $${params.push(filter.status)}` : ''} ${isOfIncident}`.trim();
  const sql = `select * from installation where key > $2 ${isWanted} order by key limit $1`;
  return viewsIn(context, await context.store.all(withTeams(sql, 'key'), params));
}

async function countByStatus(store: Statements): Promise<Record<InstallationState['kind'], number>> {
  const rows = await store.all('select status, count(*) as total from installation group by status');
  const totals = new Map(rows.map((row) => [row.status, Number(row.total)]));
  return {
    active: totals.get('active') ?? 0,
    suspended: totals.get('suspended') ?? 0,
    inactive: totals.get('inactive') ?? 0,
  };
}

async function selectCredential(
  context: RepositoryContext,
  { key, kind, userId }: PairOwner,
): Promise<Credential | undefined> {
  const sql = 'select * from credential where installation_key = $1 and kind = $2 and user_id = $3';
  const row = await context.store.get(sql, [key, kind, userId]);
  return row && openCredential(context, row);
}

async function selectCredentials(
  context: RepositoryContext,
  keys: readonly InstallationKey[],
): Promise<Map<InstallationKey, Credentials>> {
  const found = new Map<InstallationKey, Credentials>();
  if (keys.length === 0) return found;
  const sql = `select * from credential where installation_key in (${placeholders(keys)}) order by installation_key, kind, user_id`;
  for (const row of await context.store.all(sql, keys)) {
    const key = String(row.installation_key) as InstallationKey;
    const credentials = found.get(key) ?? noCredentials();
    found.set(key, credentials);
    take(credentials, () => openCredential(context, row));
  }
  return found;
}

function take(credentials: Credentials, open: () => Credential): void {
  try {
    const credential = open();
    if (credential.kind === 'bot') credentials.bot = credential;
    else credentials.users.push(credential);
  } catch (error) {
    if (!isBotServerError(error, 'sealed_value_unreadable')) throw error;
    credentials.unreadable.push(error);
  }
}

/** One that cannot be opened is none: the bot can do without. */
function openWebhook({ vault }: RepositoryContext, row: Row, binding: CredentialBinding): IncomingWebhook | undefined {
  if (!(row.webhook instanceof Uint8Array)) return undefined;
  try {
    return parseWebhook(vault.open(row.webhook, { ...binding, part: 'webhook' }));
  } catch (error) {
    if (isBotServerError(error, 'sealed_value_unreadable')) return undefined;
    throw error;
  }
}

function openCredential(context: RepositoryContext, row: Row): Credential {
  const { vault } = context;
  const binding = {
    installationKey: String(row.installation_key),
    kind: row.kind as Credential['kind'],
    userId: String(row.user_id),
  };
  const incomingWebhook = openWebhook(context, row, binding);
  return {
    ...binding,
    ...(incomingWebhook && { incomingWebhook }),
    version: toVersion(row),
    token: vault.open(row.token as Uint8Array, binding),
    scopes: toScopes(row),
    expiresAtMs: row.expires_at_ms === null ? null : Number(row.expires_at_ms),
  };
}

interface Verdict {
  key: InstallationKey;
  expected: Parameters<Installations['compareAndSetState']>[1];
  next: InstallationState;
  entry: Parameters<Installations['compareAndSetState']>[3];
}

function compareAndSetState({ store, clock }: RepositoryContext, verdict: Verdict): Promise<boolean> {
  const { key, expected, next, entry } = verdict;
  return store.transaction({ about: about(key) }, async (tx) => {
    if (!(await isOwnersWrite(store, tx, { key, epoch: expected.epoch }))) return false;
    // One statement compares and writes: whatever came in between, an install above all, wins.
    const changed = await tx.run(
      `update installation set ${stateAssignments(5)},
         incident_since_ms = null, incident_probes = 0, incident_proofs = 0 where key = $1 and install = $2 and refresh = $3 and status = $4`,
      [key, expected.version.install, expected.version.refresh, expected.from, ...stateValues(next, clock.now())],
    );
    if (changed === 0) return false;
    // What was asked of it while it was active is over: a probe that begins later would bring it back.
    if (expected.from !== 'inactive' && next.kind === 'inactive')
      await tx.run('update installation set request = null, request_seq = null where key = $1', [key]);
    await insertTimelineEntry(tx, key, { ...entry, atMs: clock.now() });
    await markChanged(tx, key);
    return true;
  });
}

interface Dropping {
  key: InstallationKey;
  userId: string;
  version: Version;
  entry: Parameters<Installations['dropUserCredential']>[2];
}

function dropUserCredential({ store, clock }: RepositoryContext, { key, userId, version, entry }: Dropping) {
  return store.transaction({ about: about(key) }, async (tx) => {
    const deleted = await tx.run(
      `delete from credential
       where installation_key = $1 and kind = 'user' and user_id = $2 and install = $3 and refresh = $4`,
      [key, userId, version.install, version.refresh],
    );
    if (deleted === 0) return false;
    await insertTimelineEntry(tx, key, { ...entry, atMs: clock.now() });
    await markChanged(tx, key);
    return true;
  });
}

function setRequest(
  { store }: RepositoryContext,
  key: InstallationKey,
  request: InstallationRequest,
): Promise<boolean> {
  return store.transaction({ about: about(key) }, async (tx) => {
    const changed = await tx.run('update installation set request = $1 where key = $2', [request, key]);
    if (changed === 0) return false;
    const seq = await markChanged(tx, key);
    await tx.run('update installation set request_seq = $1 where key = $2', [seq, key]);
    return true;
  });
}

function clearRequest({ store }: RepositoryContext, key: InstallationKey, seenSeq: number): Promise<void> {
  return store.transaction({ about: about(key) }, async (tx) => {
    const sql = 'update installation set request = null, request_seq = null where key = $1 and request_seq <= $2';
    if ((await tx.run(sql, [key, seenSeq])) > 0) await markChanged(tx, key);
  });
}

interface TeamIdentity {
  teamId: string;
  identity: Parameters<Installations['setTeamIdentity']>[1];
  version?: Version;
}

function setTeamIdentity(
  { store, vault }: RepositoryContext,
  { teamId, identity, version }: TeamIdentity,
): Promise<void> {
  return store.transaction({ about: about(teamId) }, async (tx) => {
    const row = await tx.get(
      'select team.*, is_enterprise, install, refresh from team join installation on key = installation_key where team_id = $1',
      [teamId],
    );
    if (!row || (version && !isSameVersion(toVersion(row), version))) return;
    const [before] = partitionTeams(vault, [row]).teams;
    // What somebody else has written there must not get a proof.
    if (!before) return;
    const after = {
      ...before,
      name: identity.name ?? before.name,
      domain: identity.domain ?? before.domain,
      botUserId: identity.botUserId ?? before.botUserId,
      botId: identity.botId ?? before.botId,
    };
    const isSame = isSameTeam(before, after);
    const { enterpriseId } = identity;
    if (isSame && !enterpriseId) return;
    await tx.alsoAbout(...about(before.installationKey));
    if (!isSame) await writeTeam(vault, tx, after);
    const isMoved = !!enterpriseId && (await setEnterprise(tx, before, enterpriseId));
    if (!isSame || isMoved) await markChanged(tx, before.installationKey);
  });
}

async function setEnterprise(
  tx: Statements,
  { installationKey }: { installationKey: InstallationKey },
  enterpriseId: string,
): Promise<boolean> {
  const changed = await tx.run(
    `update installation set enterprise_id = $2 where key = $1 and is_enterprise = 0
     and (enterprise_id is null or enterprise_id <> $2)`,
    [installationKey, enterpriseId],
  );
  return changed > 0;
}
