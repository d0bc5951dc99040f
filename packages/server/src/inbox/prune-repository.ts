/** Forgets the ids of events that are done, and failed events, when they are old. */

import type { Shard } from '../ownership/ownership.ts';
import type { Row, Store } from '../store/store.ts';
import { listOf } from './shared/claimed-writes-repository.ts';
import { numbers, pagesOf } from './sql-pages.ts';

/** Rows of one statement: commits of events wait no longer than for these. */
const PAGE = 1_000;

export interface PruneLimits {
  doneBeforeMs: number;
  failedBeforeMs: number;
  nowMs: number;
  /** Only of these. PostgreSQL only. @defaultValue all */
  shards?: readonly Shard[];
}

/** Page by page in the order of arrival, until what is too young to forget. */
export async function prune(store: Store, limits: PruneLimits): Promise<number> {
  let pruned = 0;
  for (let afterSeq = 0; ; ) {
    const isOwn = limits.shards ? 'and shard = any($3::integer[])' : '';
    const sql = `select seq, state, received_at_ms from inbox where seq > $1 ${isOwn} order by seq limit $2`;
    const rows = await store.all(sql, [afterSeq, PAGE, ...(limits.shards ? [listOf(limits.shards)] : [])]);
    const old = seqsOf(rows.filter((row) => isForgettable(row, limits)));
    for (const page of pagesOf(old))
      pruned += await store.run(`delete from inbox where seq in (${numbers(page)})`, page);
    const ahead = seqsOf(rows.filter((row) => Number(row.received_at_ms) > limits.nowMs));
    // Dated by a clock that was ahead: from now on they age. Behind them may be what is old.
    for (const page of pagesOf(ahead)) {
      const sql = `update inbox set received_at_ms = $1 where seq in (${numbers(page, 1)})`;
      await store.run(sql, [limits.nowMs, ...page]);
    }
    const last = rows.at(-1);
    const isYoung = Number(last?.received_at_ms) >= limits.doneBeforeMs && Number(last?.received_at_ms) <= limits.nowMs;
    if (!last || rows.length < PAGE || isYoung) return pruned;
    afterSeq = Number(last.seq);
  }
}

function seqsOf(rows: readonly Row[]): number[] {
  return rows.map((row) => Number(row.seq));
}

function isForgettable(row: Row, limits: PruneLimits): boolean {
  const receivedAtMs = Number(row.received_at_ms);
  if (row.state === 'done') return receivedAtMs < limits.doneBeforeMs;
  return row.state === 'failed' && receivedAtMs < limits.failedBeforeMs;
}
