/** How many events stand in rows of their own: for a gauge, so it must cost little however many there are. */
import type { Store } from '../store/store.ts';

/** Counting goes no further: a partial index with so many entries is read in a millisecond or two, and more is as bad as that. */
export const COUNTED_AT_MOST = 10_000;

/**
 * Events that have waited for more than some seconds, that are to be tried again, and that failed; each counted up to 10,000. What
 * came just now is not among them on SQLite: it is in batches.
 */
export async function countKeptEvents(store: Store): Promise<Record<'ready' | 'retry' | 'failed', number>> {
  const upTo = (state: string) =>
    `(select count(*) from (select 1 from inbox where state = '${state}' limit $1) as kept)`;
  const row = await store.get(
    `select ${upTo('ready')} as ready, ${upTo('retry')} as retry, ${upTo('failed')} as failed`,
    [COUNTED_AT_MOST],
  );
  return { ready: Number(row?.ready), retry: Number(row?.retry), failed: Number(row?.failed) };
}
