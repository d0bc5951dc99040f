/** Events in batches as a search sees them: windows of whole batches. Those with a row of their own are not among them. */
import type { Queries } from '../../store/store.ts';
import type { Candidate } from '../search/event-search.ts';
import { SELECT_BATCH, SELECT_HEAD } from './batch-repository.ts';
import { bodyAt, listedOf, type StoredBatch, toBatch } from './stored-batch.ts';

/** A batch has the events of one commit, at most some hundred. */
const BATCHES = 50;

export interface BatchWindow {
  /** Newest first, of both states. */
  candidates: Candidate[];
  /** The lowest seq of the window. */
  last: number;
}

/** The newest batches with events before a seq; undefined when there are none. `isOpen`: only those with bodies. */
export async function batchWindow(
  reads: Queries,
  { before, isOpen }: { before: number; isOpen: boolean },
): Promise<BatchWindow | undefined> {
  // Open ones are few: they are found by their bodies, not among all that are remembered.
  const places = isOpen ? 'b.first_seq in (select first_seq from inbox_batch_payload) and' : '';
  const sql = `${SELECT_HEAD} where ${places} b.first_seq < $1 order by b.first_seq desc limit $2`;
  const batches = (await reads.all(sql, [before, BATCHES])).map(toBatch);
  const last = batches.at(-1)?.firstSeq;
  if (last === undefined) return undefined;
  return { candidates: batches.flatMap(candidatesOf).filter(({ entry }) => entry.seq < before), last };
}

/** Payloads of events that wait in batches, by seq. */
export async function payloadsInBatches(reads: Queries, seqs: readonly number[]): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  if (seqs.length === 0) return found;
  const sql = `${SELECT_BATCH} where b.first_seq <= $1 and b.first_seq + b.size > $2 and p.first_seq is not null`;
  const wanted = new Set(seqs);
  for (const batch of (await reads.all(sql, [Math.max(...seqs), Math.min(...seqs)])).map(toBatch)) {
    for (const { entry } of candidatesOf(batch)) {
      const body = wanted.has(entry.seq) && entry.state === 'ready' && bodyAt(batch, entry.seq - batch.firstSeq);
      if (body) found.set(entry.seq, decoder.decode(body));
    }
  }
  return found;
}

const decoder = new TextDecoder();

function candidatesOf(batch: StoredBatch): Candidate[] {
  return listedOf(batch).map((entry) => {
    const stored = batch.entries[entry.seq - batch.firstSeq];
    return { entry, orderKey: typeof stored === 'object' ? stored[2] : null };
  });
}
