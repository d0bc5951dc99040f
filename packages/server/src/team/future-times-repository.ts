/**
 * Rows that a clock which was ahead has dated into the future. As they are, a team would be suspended, in doubt or kept from its
 * purge until that time comes, next year perhaps; from now on they count from now. Times that identify a row stay as they are.
 */
import type { Transaction } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import type { RepositoryContext } from './repository-context.ts';

const DATED = ['since_ms', 'doubt_since_ms', 'incident_since_ms'] as const;

/** Sets times of installations that are ahead to now; answers how many installations had one. */
export async function clampFutureTimes({ store, clock }: Pick<RepositoryContext, 'store' | 'clock'>): Promise<number> {
  const nowMs = clock.now();
  const isAhead = DATED.map((column) => `${column} > $1`).join(' or ');
  // Asked first, because this waits for no other write.
  if (!(await store.get(`select 1 from installation where ${isAhead} limit 1`, [nowMs]))) return 0;
  // About nothing: the one statement compares as it writes.
  return await store.transaction({ about: [] }, (tx) => clampAll(tx, isAhead, nowMs));
}

async function clampAll(tx: Transaction, isAhead: string, nowMs: number): Promise<number> {
  const clamped = DATED.map((column) => `${column} = case when ${column} > $1 then $1 else ${column} end`).join(', ');
  const rows = await tx.all(`update installation set ${clamped} where ${isAhead} returning key`, [nowMs]);
  if (rows.length > 0) await markChanged(tx, ...rows.map(({ key }) => String(key)));
  return rows.length;
}
