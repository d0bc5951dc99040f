/** Numbers of installations for the operator's status. */
import type { Queries } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';

/** Installations by status; those in doubt are counted by their doubt alone. */
export interface TeamsSummary {
  active: number;
  confirming: number;
  held: number;
  suspended: number;
  inactive: number;
}

export async function summarizeTeams(reads: Queries): Promise<TeamsSummary> {
  // In the order of the index that has all of them: any other way SQLite would read every row.
  const rows = await reads.all(
    'select status, doubt, count(*) as total from installation group by is_enterprise, status, doubt',
  );
  const summary: TeamsSummary = { active: 0, confirming: 0, held: 0, suspended: 0, inactive: 0 };
  for (const { status, doubt, total } of rows) {
    const name = (status === 'active' && doubt !== 'none' ? doubt : status) as keyof TeamsSummary;
    summary[name] += Number(total);
  }
  return summary;
}

/** Since when many failed together, and how many are held; null without an incident. */
export async function summarizeIncident(reads: Queries): Promise<{ sinceMs: number; held: number } | null> {
  const row = await reads.get(
    `select tripped_at_ms, (select count(*) from installation where doubt = 'held') as held from breaker`,
  );
  if (row?.tripped_at_ms === null || row === undefined) return null;
  return { sinceMs: Number(row.tripped_at_ms), held: Number(row.held) };
}

/** When the incident began, or the last one where nobody is held any more; undefined where there was none. */
export async function lastIncidentBeganMs(reads: Queries): Promise<number | undefined> {
  // A server of an earlier version writes the one of them only.
  const beganMs = (await reads.get('select coalesce(tripped_at_ms, began_at_ms) as at_ms from breaker'))?.at_ms;
  return beganMs === null || beganMs === undefined ? undefined : Number(beganMs);
}

/** A token that rotates. */
export interface Expiry {
  key: InstallationKey;
  kind: 'bot' | 'user';
  expiresAtMs: number;
}

/** Of installations that are active, the soonest first. */
export async function nextExpiries(reads: Queries, limit: number): Promise<Expiry[]> {
  // A cross join keeps SQLite to that order: the soonest first, until there are enough.
  const rows = await reads.all(
    `select c.installation_key, c.kind, c.expires_at_ms from credential c cross join installation i
     where i.key = c.installation_key and c.expires_at_ms is not null and i.status = 'active' order by c.expires_at_ms, c.installation_key, c.kind limit $1`,
    [limit],
  );
  return rows.map((row) => ({
    key: String(row.installation_key),
    kind: row.kind as Expiry['kind'],
    expiresAtMs: Number(row.expires_at_ms),
  }));
}
