/** Deletes the stored events of a purged team. Apart from the inbox, because it is part of another feature's transaction. */
import type { Statements, Store } from '../store/store.ts';
import { purgeFromDone, purgeFromUnfinished } from './batches/batch-purge-repository.ts';

/** Rows of one statement: commits of events wait no longer than for these. */
const PAGE = 1_000;

/** States whose rows small indexes know; all that still have a payload are among them. */
const NOT_DONE = ['ready', 'retry', 'failed'];

/** Deletes what waits or failed, with its payload; answers how many. */
export async function purgeTeamEvents(
  tx: Statements,
  teamId: string,
  { engine }: Pick<Store, 'engine'>,
): Promise<number> {
  const inBatches = engine === 'sqlite' ? await purgeFromUnfinished(tx, teamId) : 0;
  const isNotDone = NOT_DONE.map((state) => `select seq from inbox where state = '${state}'`).join(' union all ');
  return inBatches + (await tx.run(`delete from inbox where team_id = $1 and seq in (${isNotDone})`, [teamId]));
}

/**
 * Deletes the remembered ids of events that are done; answers how many. Page by page, because no index knows their teams
 * and there may be millions: neither one long transaction nor one index entry more per event is worth it.
 */
export async function purgeEventIds(store: Store, teamIds: readonly string[]): Promise<number> {
  const isPurged = new Set(teamIds);
  let purged = store.engine === 'sqlite' ? await purgeFromDone(store, isPurged) : 0;
  for (let afterSeq = 0; isPurged.size > 0; ) {
    const sql = 'select seq, team_id from inbox where seq > $1 order by seq limit $2';
    const rows = await store.all(sql, [afterSeq, PAGE]);
    const seqs = rows.filter((row) => isPurged.has(String(row.team_id))).map((row) => Number(row.seq));
    if (seqs.length > 0) {
      const places = seqs.map((_, index) => `$${index + 1}`).join(', ');
      purged += await store.run(`delete from inbox where state = 'done' and seq in (${places})`, seqs);
    }
    if (rows.length < PAGE) break;
    afterSeq = Number(rows.at(-1)?.seq);
  }
  return purged;
}
