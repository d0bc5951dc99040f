/**
 * Rows that a clock which was ahead has dated into the future. As they are, a team would be suspended, in doubt or kept from its
 * purge until that time comes, next year perhaps; from now on they count from now. Times that identify a row stay as they are.
 */
import type { Transaction } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import type { RepositoryContext } from './repository-context.ts';

const OF_INSTALLATION = ['since_ms', 'doubt_since_ms', 'incident_since_ms'] as const;

/** When an incident was noticed: operators would be told that it begins next year. */
const OF_BREAKER = ['tripped_at_ms', 'began_at_ms'] as const;

/** Sets times of installations and of an incident that are ahead to now; answers how many installations had one. */
export async function clampFutureTimes({ store, clock }: Pick<RepositoryContext, 'store' | 'clock'>): Promise<number> {
  const nowMs = clock.now();
  // Asked first, because this waits for no other write.
  const ahead = await store.get(
    `select 1 from installation where ${isAhead(OF_INSTALLATION)} union all select 1 from breaker where ${isAhead(OF_BREAKER)} limit 1`,
    [nowMs],
  );
  if (!ahead) return 0;
  // About nothing: each statement compares as it writes.
  return await store.transaction({ about: [] }, (tx) => clampAll(tx, nowMs));
}

async function clampAll(tx: Transaction, nowMs: number): Promise<number> {
  const rows = await tx.all(
    `update installation set ${clamped(OF_INSTALLATION)} where ${isAhead(OF_INSTALLATION)} returning key`,
    [nowMs],
  );
  await tx.enter('breaker');
  await tx.run(`update breaker set ${clamped(OF_BREAKER)} where ${isAhead(OF_BREAKER)}`, [nowMs]);
  if (rows.length > 0) await markChanged(tx, ...rows.map(({ key }) => String(key)));
  return rows.length;
}

function isAhead(columns: readonly string[]): string {
  return columns.map((column) => `${column} > $1`).join(' or ');
}

function clamped(columns: readonly string[]): string {
  return columns.map((column) => `${column} = case when ${column} > $1 then $1 else ${column} end`).join(', ');
}
