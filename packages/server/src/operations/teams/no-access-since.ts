/** Since when workspaces have no access: no row knows it, but the timelines of their organizations do, as long as they go back. */
import type { Queries } from '../../store/store.ts';
import { type AccessRevoked, selectAccessRevoked } from '../../team/timeline-page-repository.ts';
import { isoTime } from '../fields.ts';
import type { TeamRow } from './team-row.ts';

/** The same rows; null stays where it is not known. */
export async function withAccessTimes(reads: Queries, rows: readonly TeamRow[]): Promise<TeamRow[]> {
  const organizations = new Set(rows.filter(isWithoutAccess).map(({ installation }) => installation));
  if (organizations.size === 0) return [...rows];
  const revoked = await selectAccessRevoked(reads, [...organizations]);
  return rows.map((row) => {
    const atMs = isWithoutAccess(row) ? revokedAt(row.teamId, revoked.get(row.installation) ?? []) : undefined;
    return atMs === undefined ? row : { ...row, since: isoTime(atMs) };
  });
}

function isWithoutAccess({ status }: TeamRow): boolean {
  return status === 'no access';
}

/** By the newest entry that names it; one of many workspaces names a few, and may be about this one. @param entries Newest first. */
function revokedAt(teamId: string, entries: readonly AccessRevoked[]): number | undefined {
  const entry = entries.find(({ teamIds, isWhole }) => !isWhole || teamIds.includes(teamId));
  return entry?.teamIds.includes(teamId) ? entry.atMs : undefined;
}
