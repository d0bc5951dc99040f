/**
 * By which organization a workspace is contested: its list has the workspace, which an installation of its own keeps. In the row, so
 * that every node knows, and a restart forgets nothing: when the own installation ends, what comes is kept until the organization has it.
 */
import type { Statements } from '../store/store.ts';
import type { InstallationKey, TeamId } from './installation.ts';

/** A row of `team` that is to say something else. */
export interface Contest {
  teamId: TeamId;
  /** To which the workspace belongs. */
  owner: InstallationKey;
  by: InstallationKey | null;
}

export interface ContestedNow {
  /** What an installation of its own keeps. */
  kept: ReadonlySet<TeamId>;
  /** Whether that is said of every workspace of the organization, or only of these. */
  isSaidOf: (teamId: TeamId) => boolean;
}

/** What is not written yet of what an organization contests; as a rule nothing. */
export async function contestsOf(
  tx: Statements,
  key: InstallationKey,
  { kept, isSaidOf }: ContestedNow,
): Promise<Contest[]> {
  const rows = await tx.all('select team_id, installation_key from team where contested_by = $1', [key]);
  const former = new Map(rows.map((row) => [String(row.team_id), String(row.installation_key)]));
  const over = Array.from(former).filter(([teamId]) => !kept.has(teamId) && isSaidOf(teamId));
  const contests: Contest[] = over.map(([teamId, owner]) => ({ teamId, owner, by: null }));
  for (const teamId of kept) {
    if (former.has(teamId)) continue;
    const row = await tx.get('select installation_key from team where team_id = $1', [teamId]);
    if (row) contests.push({ teamId, owner: String(row.installation_key), by: key });
  }
  return contests;
}

export async function writeContests(tx: Statements, contests: readonly Contest[]): Promise<void> {
  for (const { teamId, by } of contests) {
    await tx.run('update team set contested_by = $1 where team_id = $2', [by, teamId]);
  }
}
