/** The workspaces with which an import brings a new organization, until Slack is asked for them. */
import type { Statements } from '../store/store.ts';
import { isNamedAfter, type Team, type TeamId } from './installation.ts';
import type { InstallInput } from './installations.ts';
import type { RepositoryContext } from './repository-context.ts';
import { rowsOf } from './rows-by-id-repository.ts';
import { writeTeams } from './team-row-repository.ts';
import { insertTimelineEntry } from './timeline-repository.ts';

/**
 * Adds those of which no row knows, and answers them. Of the others more is known here than an export of long ago can say: they stay
 * where they are, also with an installation that is inactive, until Slack says where they belong.
 */
export async function addNewWorkspaces(
  context: RepositoryContext,
  tx: Statements,
  { key, team, workspaces = [] }: InstallInput,
): Promise<TeamId[]> {
  const names = new Map(workspaces.map(({ teamId, name }) => [teamId, name]));
  const ids = Array.from(names.keys()).filter((teamId) => !isNamedAfter(key, teamId));
  const teams = await rowsOf(tx, ids, (list) => ({
    sql: `select team_id from team where team_id in (${list})`,
    id: 'team_id',
  }));
  const installations = await rowsOf(tx, ids, (list) => ({
    sql: `select key from installation where key in (${list})`,
    id: 'key',
  }));
  const { botUserId = null, botId = null } = team ?? {};
  const rows = ids
    .filter((teamId) => !teams.has(teamId) && !installations.has(teamId))
    .map((teamId): Team => {
      const name = names.get(teamId) ?? null;
      const access = { access: 'granted', noAccessSinceMs: null } as const;
      return { teamId, installationKey: key, ...access, name, domain: null, botUserId, botId };
    });
  // One that comes to another installation in this very moment is that one's.
  const written = await writeTeams(context.vault, tx, rows, { onlyFrom: key });
  const added = ids.filter((teamId) => written.has(teamId));
  await noteAccess(context, tx, { key, kind: 'access_granted', teamIds: added, by: 'import' });
  return added;
}

/** So many are named. */
const NAMED = 10;

/** Puts into the timeline which workspaces an organization has let the bot into or out of; nothing without any. */
export async function noteAccess(
  { clock }: RepositoryContext,
  tx: Statements,
  { key, kind, teamIds, by }: AccessNote,
): Promise<void> {
  if (teamIds.length === 0) return;
  const facts = { teams: teamIds.slice(0, NAMED).join(' '), count: teamIds.length, by };
  await insertTimelineEntry(tx, key, { atMs: clock.now(), kind, facts });
}

interface AccessNote extends Pick<InstallInput, 'key'> {
  kind: 'access_granted' | 'access_revoked';
  teamIds: readonly TeamId[];
  /** What said so. */
  by: string;
}
