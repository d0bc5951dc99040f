/**
 * The workspaces of org-wide installations, in the store. An org-wide installation has a row of `team` for each workspace
 * that it was ever let into, and one for the organization itself, whose team_id is the enterprise id.
 *
 * A workspace belongs to one installation. Its own one keeps it until that is inactive: Slack ends a workspace's own tokens
 * when it joins the installation of its organization, and as long as they work nothing has ended.
 */
import type { Statements, Transaction } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import { type ContestedNow, contestsOf, writeContests } from './contested-repository.ts';
import { recordDeparture } from './install-repository.ts';
import { type InstallationKey, isNamedAfter, type Team, type TeamId, teamNamedIn } from './installation.ts';
import { toTeam } from './installation-rows.ts';
import type { AccessChange, AccessOutcome, WorkspaceList } from './installations.ts';
import { noteAccess } from './new-workspaces-repository.ts';
import type { RepositoryContext } from './repository-context.ts';
import { rowsOf } from './rows-by-id-repository.ts';
import { about } from './subjects.ts';
import { belongs, isSameTeam, partitionTeams, writeTeam, writeTeams } from './team-row-repository.ts';

/** What is to be true of the workspaces. */
interface Wanted {
  granted: readonly { teamId: string; name: string | null }[];
  /** `others`: every one that is not granted. */
  revoked: readonly string[] | 'others';
  /** For the timeline: what said so. */
  by: string;
}

/** See Installations.recordWorkspaces. */
export function recordWorkspaces(
  context: RepositoryContext,
  key: InstallationKey,
  { install, workspaces }: WorkspaceList,
): Promise<AccessOutcome> {
  return context.store.transaction({ about: about(key) }, async (tx) => {
    const row = await tx.get('select install from installation where key = $1 and is_enterprise = 1', [key]);
    if (Number(row?.install) !== install) return NOTHING;
    return await apply(context, tx, key, { granted: workspaces, revoked: 'others', by: 'auth.teams.list' });
  });
}

/** See Installations.changeAccess. */
export function changeAccess(
  context: RepositoryContext,
  key: InstallationKey,
  { access, teamIds, by }: AccessChange,
): Promise<AccessOutcome> {
  return context.store.transaction({ about: about(key) }, async (tx) => {
    const row = await tx.get('select 1 from installation where key = $1 and is_enterprise = 1', [key]);
    if (!row) return NOTHING;
    const granted = access === 'granted' ? teamIds.map((teamId) => ({ teamId, name: null })) : [];
    return await apply(context, tx, key, { granted, revoked: access === 'revoked' ? teamIds : [], by });
  });
}

/** See Installations.ofEnterprise. */
export async function keysOfEnterprise(tx: Statements, enterpriseId: string): Promise<InstallationKey[]> {
  const rows = await tx.all('select key from installation where enterprise_id = $1 order by key', [enterpriseId]);
  return rows.map((row) => String(row.key));
}

const NOTHING: AccessOutcome = { granted: [], revoked: [], contested: [] };

async function apply(
  context: RepositoryContext,
  tx: Transaction,
  key: InstallationKey,
  { granted, revoked, by }: Wanted,
): Promise<AccessOutcome> {
  const { teams: rows } = partitionTeams(
    context.vault,
    await tx.all(`${TEAM} where installation_key = $1 order by team_id`, [key]),
  );
  const known = new Map(rows.map((team) => [team.teamId, team]));
  const organization = known.get(teamNamedIn(key));
  const wanted = granted.filter(({ teamId }) => !isNamedAfter(key, teamId));
  const names = new Map(wanted.map(({ teamId, name }) => [teamId, name]));
  const strangers = await strangersAmong(context, tx, key, {
    teamIds: Array.from(names.keys()).filter((id) => !known.has(id)),
    isSaidOf: (teamId) => revoked === 'others' || names.has(teamId),
  });
  const changes: Change[] = [];
  for (const [teamId, name] of names) {
    const before = known.get(teamId) ?? strangers.taken.get(teamId);
    const team = joined({ teamId, name, before, organization, key });
    if (!known.has(teamId) || !isSameTeam(before, team)) changes.push({ team, before });
  }
  const out = rows.filter(({ teamId, access }) => {
    const isOut = revoked === 'others' ? !names.has(teamId) : revoked.includes(teamId);
    return isOut && !isNamedAfter(key, teamId) && access !== 'revoked';
  });
  const noAccessSinceMs = context.clock.now();
  const written = await writeAll(context, tx, key, [
    ...changes.filter(({ team }) => !strangers.kept.has(team.teamId)),
    ...out.map((before): Change => ({ team: { ...before, access: 'revoked', noAccessSinceMs }, before })),
  ]);
  const outcome = {
    granted: [] as string[],
    revoked: out.map(({ teamId }) => teamId).filter((teamId) => written.has(teamId)),
    contested: [] as string[],
  };
  const departures: Team[] = [];
  for (const { team, before } of changes) {
    const { teamId } = team;
    if (!written.has(teamId)) outcome.contested.push(teamId);
    else if (!known.has(teamId) || before?.access !== 'granted') outcome.granted.push(teamId);
    if (written.has(teamId) && before && before.installationKey !== key) departures.push(before);
  }
  for (const { installationKey: from, teamId } of departures)
    await recordDeparture(context, tx, { from, to: key, teamId });
  await writeContests(tx, strangers.contests);
  const changed = [...strangers.contests.map(({ owner }) => owner), ...departures.map((team) => team.installationKey)];
  if (written.size > 0) {
    await noteAccess(context, tx, { key, kind: 'access_granted', teamIds: outcome.granted, by });
    await noteAccess(context, tx, { key, kind: 'access_revoked', teamIds: outcome.revoked, by });
    changed.push(key);
  }
  if (changed.length > 0) await markChanged(tx, ...changed);
  return outcome;
}

/**
 * So many installations give a workspace away in one transaction, because each is locked and PostgreSQL has room for some thousands of
 * locks (max_locks_per_transaction × max_connections). What is left counts as contested, and comes with the next list. The same of
 * those of which it is written by whom they are contested.
 */
const MAX_TAKEN = 500;

const TEAM = 'select team.*, is_enterprise from team join installation on key = installation_key';

/** Rows of workspaces that belong to other installations: those that may be taken, and ids of those that are kept there. */
async function strangersAmong(
  { vault }: RepositoryContext,
  tx: Transaction,
  key: InstallationKey,
  { teamIds, isSaidOf }: { teamIds: readonly string[] } & Pick<ContestedNow, 'isSaidOf'>,
) {
  const taken = new Map<string, Team>();
  const kept = new Set<string>();
  const owners = new Set<InstallationKey>();
  const rows = await rowsOf(tx, teamIds, (list) => ({ sql: `${TEAM} where team_id in (${list})`, id: 'team_id' }));
  const keys = Array.from(rows, ([teamId, row]) => [teamId, String(row.installation_key)]).flat();
  const statuses = await rowsOf(tx, Array.from(new Set(keys)), (list) => {
    return { sql: `select key, status from installation where key in (${list})`, id: 'key' };
  });
  for (const teamId of teamIds) {
    const row = rows.get(teamId);
    if (!row) continue;
    const isOwn = belongs(vault, row, { isEnterprise: row.is_enterprise === 1 });
    // Of a row that somebody changed only the workspace's own installation can say more.
    const owner = isOwn ? String(row.installation_key) : teamId;
    const status = statuses.get(owner)?.status;
    const isFree = status === 'inactive' || (!isOwn && status === undefined);
    if (!isFree || owners.size >= MAX_TAKEN) {
      kept.add(teamId);
      continue;
    }
    taken.set(teamId, toTeam(row));
    owners.add(owner).add(String(row.installation_key));
  }
  const contests = (await contestsOf(tx, key, { kept, isSaidOf })).slice(0, MAX_TAKEN);
  for (const { owner } of contests) owners.add(owner);
  // What is taken stays over until this transaction ends: an install that is under way waits for it, and wins.
  await tx.alsoAbout(...about(...owners));
  return { taken, kept, contests };
}

/** The bot of an organization is one: it has the same ids in all workspaces. */
function joined(of: {
  teamId: string;
  name: string | null;
  before: Team | undefined;
  organization: Team | undefined;
  key: InstallationKey;
}): Team {
  const { teamId, name, before, organization, key } = of;
  const isHere = before?.installationKey === key;
  return {
    teamId,
    installationKey: key,
    access: 'granted',
    noAccessSinceMs: null,
    name: name ?? before?.name ?? null,
    domain: before?.domain ?? null,
    // Another installation's bot was another one.
    botUserId: organization?.botUserId ?? (isHere ? before.botUserId : null),
    botId: organization?.botId ?? (isHere ? before.botId : null),
  };
}

/** What a row of a workspace is to say, and what it says. */
interface Change {
  team: Team;
  before: Team | undefined;
}

/** Answers those that were written: the others have come to another installation meanwhile. */
async function writeAll(
  { vault }: RepositoryContext,
  tx: Statements,
  key: InstallationKey,
  changes: readonly Change[],
): Promise<Set<TeamId>> {
  const own = changes.filter(({ before }) => (before?.installationKey ?? key) === key);
  const written = await writeTeams(
    vault,
    tx,
    own.map(({ team }) => team),
    { onlyFrom: key },
  );
  for (const { team, before } of changes) {
    const from = before?.installationKey ?? key;
    if (from !== key && (await writeTeam(vault, tx, team, { onlyFrom: from }))) written.add(team.teamId);
  }
  return written;
}
