/** How many events wait and failed. */
import type { Queries, Reads } from '../../store/store.ts';
import { batchWindow } from '../batches/batch-search-repository.ts';

export interface InboxSummary {
  /** Those that wait for their turn, or to be tried again, or run now. */
  waiting: number;
  failed: number;
  /** When the one came that waits longest; undefined without any. */
  oldestWaitingMs: number | undefined;
}

/** Counted over the indexes of the states alone. */
export async function summarizeInbox(reads: Reads): Promise<InboxSummary> {
  // Batches first: the server may move one to its row meanwhile, never back.
  const inBatches = reads.engine === 'sqlite' ? await waitingInBatches(reads) : [];
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
  const times = [...inRows.filter((atMs) => atMs !== undefined), ...inBatches];
  return {
    waiting: Number(counts?.waiting) + inBatches.length,
    failed: Number(counts?.failed),
    oldestWaitingMs: times.length === 0 ? undefined : times.reduce((least, atMs) => Math.min(least, atMs)),
  };
}

async function receivedAt(reads: Queries, seq: number): Promise<number | undefined> {
  const row = await reads.get('select received_at_ms from inbox where seq = $1', [seq]);
  return row && Number(row.received_at_ms);
}

/** Times of events that are in batches and not done: of some seconds, or those that a process left that died. */
async function waitingInBatches(reads: Queries): Promise<number[]> {
  const times: number[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const window = await batchWindow(reads, { before, isOpen: true });
    if (!window) return times;
    for (const { entry } of window.candidates) if (entry.state === 'ready') times.push(entry.receivedAtMs);
    before = window.last;
  }
}
