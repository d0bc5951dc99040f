/**
 * Rows that a clock which was ahead has dated into the future. As they are, a team would be suspended, in doubt or kept from its
 * purge until that time comes, next year perhaps; from now on they count from now. Times that identify a row stay as they are.
 */
import type { Store } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import type { RepositoryContext } from './repository-context.ts';

const OF_INSTALLATION = ['since_ms', 'doubt_since_ms', 'incident_since_ms'] as const;

/** Since when it has no access. */
const OF_TEAM = ['access_since_ms'] as const;

/** When an incident was noticed: operators would be told that it begins next year. */
const OF_BREAKER = ['tripped_at_ms', 'began_at_ms'] as const;

/** What was dated ahead. */
export interface FutureTimes {
  installations: number;
  /** Whether the last incident was: one that is on, or over. */
  isIncident: boolean;
}

/** Sets times of installations and of an incident that are ahead to now. */
export async function clampFutureTimes({
  store,
  clock,
}: Pick<RepositoryContext, 'store' | 'clock'>): Promise<FutureTimes> {
  const nowMs = clock.now();
  return { installations: await clampInstallations(store, nowMs), isIncident: await clampIncident(store, nowMs) };
}

async function clampInstallations(store: Store, nowMs: number): Promise<number> {
  const [isAhead, isTeamAhead] = [anyAhead(OF_INSTALLATION), anyAhead(OF_TEAM)];
  // Asked first, because this waits for no other write.
  const ahead = `select 1 from installation where ${isAhead} union all select 1 from team where ${isTeamAhead} limit 1`;
  if (!(await store.get(ahead, [nowMs]))) return 0;
  // About nothing: the statements compare as they write.
  return await store.transaction({ about: [] }, async (tx) => {
    const ofInstallations = `update installation set ${clamped(OF_INSTALLATION)} where ${isAhead} returning key`;
    const ofTeams = `update team set ${clamped(OF_TEAM)} where ${isTeamAhead} returning installation_key as key`;
    const rows = [...(await tx.all(ofInstallations, [nowMs])), ...(await tx.all(ofTeams, [nowMs]))];
    const keys = new Set(rows.map(({ key }) => String(key)));
    if (keys.size > 0) await markChanged(tx, ...keys);
    return keys.size;
  });
}

/** In a transaction of its own: a verdict that has the breaker may wait for the row of any installation. */
async function clampIncident(store: Store, nowMs: number): Promise<boolean> {
  const isAhead = anyAhead(OF_BREAKER);
  if (!(await store.get(`select 1 from breaker where ${isAhead}`, [nowMs]))) return false;
  return await store.transaction({ about: [] }, async (tx) => {
    await tx.enter('breaker');
    return (await tx.run(`update breaker set ${clamped(OF_BREAKER)} where ${isAhead}`, [nowMs])) > 0;
  });
}

function anyAhead(columns: readonly string[]): string {
  return columns.map((column) => `${column} > $1`).join(' or ');
}

function clamped(columns: readonly string[]): string {
  return columns.map((column) => `${column} = case when ${column} > $1 then $1 else ${column} end`).join(', ');
}
