/** How many events of a team wait in batches: of some seconds, of a full disk, or what a process left that died. Bounded. */
import type { Queries } from '../../store/store.ts';
import { selectOpenHead } from './batch-repository.ts';
import { listedOf, toBatch } from './stored-batch.ts';

/** Batches that have the team, parsed at once: that holds up everything else in the process. */
const PAGE = 20;

/** Events of such batches that are parsed at most: some 30 ms. Those of others are passed over by the database. */
const MOST_PARSED = 30_000;

export interface BatchedEvents {
  events: number;
  /** There may be more. */
  isPart: boolean;
  oldest: { eventId: string; receivedAtMs: number } | undefined;
}

/** Counts up to about `most`, from the oldest batch on. */
export async function waitingInBatches(reads: Queries, teamId: string, most: number): Promise<BatchedEvents> {
  const sql = `${selectOpenHead('b.entries')} where p.first_seq > $1 and instr(b.entries, $2) > 0 order by p.first_seq limit ${PAGE}`;
  const found: BatchedEvents = { events: 0, isPart: false, oldest: undefined };
  let parsed = 0;
  for (let after = -1; ; ) {
    const batches = (await reads.all(sql, [after, JSON.stringify(teamId)])).map(toBatch);
    for (const batch of batches) {
      parsed += batch.entries.length;
      const waiting = listedOf(batch).filter((entry) => entry.state === 'ready' && entry.teamId === teamId);
      found.events += waiting.length;
      // Newest first; a clock that was set back may date a later batch before this one.
      const first = waiting.at(-1);
      if (first && !(found.oldest && found.oldest.receivedAtMs <= first.receivedAtMs)) found.oldest = first;
    }
    const last = batches.at(-1);
    if (!last || batches.length < PAGE) return found;
    if (found.events >= most || parsed >= MOST_PARSED) return { ...found, isPart: true };
    after = last.firstSeq;
  }
}
