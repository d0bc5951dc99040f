/** Whether an event could be stored now: touches what the insert of one touches, all the way to the disk, and leaves nothing. */
import type { Store } from '../store/store.ts';

/** Behind every number that an event gets; only inside one transaction. */
const PROBE_SEQ = Number.MAX_SAFE_INTEGER;
/** In bytes. More than a page, so that room is looked for. */
const FILLER_BYTES = 16_384;

/** @throws BotServerError `store_unavailable` when the database is full, read-only, locked, damaged or gone */
export async function proveEventsWritable(store: Store): Promise<void> {
  if (store.engine === 'postgres') {
    // One statement: it asks for the locks of both tables before it changes anything, and no transaction waits behind it.
    await store.run(
      'with probe as (delete from inbox where seq < 0) update meta set change_counter = change_counter where id = 1',
    );
    return;
  }
  const filler = new Uint8Array(FILLER_BYTES);
  await store.together([
    {
      sql: 'insert into inbox_batch (first_seq, size, received_at_ms, entries) values ($1, 0, 0, $2)',
      params: [PROBE_SEQ, ' '.repeat(FILLER_BYTES)],
    },
    { sql: 'insert into inbox_batch_payload (first_seq, bodies) values ($1, $2)', params: [PROBE_SEQ, filler] },
    { sql: 'delete from inbox_batch_payload where first_seq = $1', params: [PROBE_SEQ] },
    { sql: 'delete from inbox_batch where first_seq = $1', params: [PROBE_SEQ] },
    { sql: 'delete from inbox where seq < 0', params: [] },
    { sql: 'update meta set change_counter = change_counter', params: [] },
  ]);
}
