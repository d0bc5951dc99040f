/** How many events wait and failed. */
import type { Queries, Reads } from '../../store/store.ts';
import { type WaitingInBatches, waitingInBatches } from '../batches/waiting-batches-repository.ts';

export interface InboxSummary {
  /** Those that wait for their turn, or to be tried again, or run now. */
  waiting: number;
  failed: number;
  /** When the one came that waits longest; undefined without any. */
  oldestWaitingMs: number | undefined;
}

const NONE: WaitingInBatches = { events: 0, oldestMs: undefined };

/** Counted over the indexes of the states alone. */
export async function summarizeInbox(reads: Reads): Promise<InboxSummary> {
  // Batches first: the server may move one to its row meanwhile, never back.
  const inBatches = reads.engine === 'sqlite' ? await waitingInBatches(reads) : NONE;
  const counts = await reads.get(
    `select (select count(*) from inbox where state = 'ready') + (select count(*) from inbox where state = 'retry') as waiting,
       (select count(*) from inbox where state = 'failed') as failed,
       (select min(seq) from inbox where seq in (select seq from inbox where state = 'ready')) as oldest_ready,
       (select min(seq) from inbox where seq in (select seq from inbox where state = 'retry')) as oldest_retry`,
  );
  const seqs = [counts?.oldest_ready, counts?.oldest_retry]
    .filter((seq) => seq !== null && seq !== undefined)
    .map(Number);
  const inRows = await Promise.all(seqs.map((seq) => receivedAt(reads, seq)));
  const times = [...inRows, inBatches.oldestMs].filter((atMs) => atMs !== undefined);
  return {
    waiting: Number(counts?.waiting) + inBatches.events,
    failed: Number(counts?.failed),
    oldestWaitingMs: times.length === 0 ? undefined : Math.min(...times),
  };
}

async function receivedAt(reads: Queries, seq: number): Promise<number | undefined> {
  const row = await reads.get('select received_at_ms from inbox where seq = $1', [seq]);
  return row && Number(row.received_at_ms);
}
