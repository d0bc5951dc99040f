/** Forgets events in batches: old ones, and those of teams that are purged. */
import type { Row, Statement, Statements, Store } from '../../store/store.ts';
import { batchesFrom, dropBodies, findBatch, run, SELECT_BATCH, SELECT_HEAD, setEntries } from './batch-repository.ts';
import {
  type BatchEntry,
  entriesOf,
  isUnfinished,
  type StoredBatch,
  toBatch,
  unfinishedOf,
  without,
} from './stored-batch.ts';

/** Batches read at once; each has the events of one commit. */
const PAGE = 500;

/** Forgets batches that are done and older; answers how many events. The newest one stays, empty, or its numbers would be given again. */
export async function pruneBatches(
  statements: Statements,
  { doneBeforeMs, nowMs }: { doneBeforeMs: number; nowMs: number },
): Promise<number> {
  // Dated by a clock that was ahead: from now on they age.
  await statements.run('update inbox_batch set received_at_ms = $1 where received_at_ms > $1', [nowMs]);
  const isForgettable = `b.received_at_ms < $1
    and not exists (select 1 from inbox_batch_payload p where p.first_seq = b.first_seq)`;
  const isNewest = 'b.first_seq = (select max(first_seq) from inbox_batch)';
  const newest = await statements.get(`${SELECT_HEAD} where ${isForgettable} and ${isNewest}`, [doneBeforeMs]);
  let pruned = newest ? eventsIn(newest) : 0;
  if (newest) await run(statements, setEntries({ ...toBatch(newest), entries: [] }));
  // A purge beside the server may leave some.
  await statements.run(
    `delete from inbox_batch_done where first_seq not in (select first_seq from inbox_batch_payload)`,
  );
  const isOld = `select first_seq from inbox_batch b where ${isForgettable} and not ${isNewest} order by first_seq limit ${PAGE}`;
  for (;;) {
    const sql = `delete from inbox_batch where first_seq in (${isOld}) returning entries`;
    const rows = await statements.all(sql, [doneBeforeMs]);
    for (const row of rows) pruned += eventsIn(row);
    if (rows.length < PAGE) return pruned;
  }
}

/** Forgets what is still to do for a team, bodies and all; answers how many events. */
export async function purgeFromUnfinished(statements: Statements, teamId: string): Promise<number> {
  let purged = 0;
  for (const row of await statements.all(`${SELECT_BATCH} where p.first_seq is not null order by b.first_seq`)) {
    const batch = toBatch(row);
    const own = unfinishedOf(batch).filter((event) => event.teamId === teamId);
    if (own.length === 0) continue;
    const left = without(batch, new Set(own.map(({ seq }) => seq - batch.firstSeq)));
    await run(statements, setEntries(left));
    for (const { bytes } of own) bytes.fill(0);
    if (unfinishedOf(left).length === 0)
      for (const statement of dropBodies(batch.firstSeq, { hasMarks: true })) await run(statements, statement);
    else await run(statements, setBodies(batch));
    purged += own.length;
  }
  return purged;
}

/** Forgets the ids of teams in batches that are done, page by page; answers how many. */
export async function purgeFromDone(store: Store, teamIds: ReadonlySet<string>): Promise<number> {
  let purged = 0;
  for await (const page of batchesFrom(store)) {
    const meant = page.filter((batch) => placesDone(batch, teamIds).size > 0).map(({ firstSeq }) => firstSeq);
    if (meant.length === 0) continue;
    // Read again: an event that moved to a row of its own meanwhile must not come back into its batch. Batches are on SQLite only,
    // where nobody else writes while this transaction runs, so that it is about nothing.
    purged += await store.transaction({ about: [] }, async (tx) => {
      let count = 0;
      for (const firstSeq of meant) {
        const batch = await findBatch(tx, firstSeq);
        const places = batch ? placesDone(batch, teamIds) : new Set<number>();
        if (batch && places.size > 0) await run(tx, setEntries(without(batch, places)));
        count += places.size;
      }
      return count;
    });
  }
  return purged;
}

function setBodies({ firstSeq, bodies = new Uint8Array() }: StoredBatch): Statement {
  return { sql: 'update inbox_batch_payload set bodies = $2 where first_seq = $1', params: [firstSeq, bodies] };
}

function placesDone(batch: StoredBatch, teamIds: ReadonlySet<string>): Set<number> {
  const isMeant = (entry: BatchEntry | number, place: number) =>
    typeof entry === 'object' && teamIds.has(entry[1]) && !isUnfinished(batch, place);
  return new Set(batch.entries.flatMap((entry, place) => (isMeant(entry, place) ? [place] : [])));
}

function eventsIn(row: Row): number {
  return entriesOf(row).filter((entry) => typeof entry === 'object').length;
}
