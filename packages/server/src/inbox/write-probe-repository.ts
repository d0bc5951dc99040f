/** Whether an event could be stored now: touches what the insert of one touches, all the way to the disk, and leaves nothing. */
import type { Store } from '../store/store.ts';

/** Behind every number that an event gets; only inside one transaction. */
const PROBE_SEQ = Number.MAX_SAFE_INTEGER;
/** In bytes. More than a page, so that room is looked for. */
const FILLER_BYTES = 16_384;

export interface ProbeOptions {
  /** Looks for room as an event does, which SQLite always does: each time leaves PostgreSQL something to vacuum. @defaultValue false */
  needsRoom?: boolean;
}

/** @throws BotServerError `store_unavailable` when the database is full, read-only, locked, damaged or gone */
export async function proveEventsWritable(store: Store, { needsRoom = false }: ProbeOptions = {}): Promise<void> {
  if (store.engine === 'postgres') {
    if (needsRoom) return await proveRoom(store);
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

/** On PostgreSQL a full disk still has room for changes of rows, in their own pages. */
async function proveRoom(store: Store): Promise<void> {
  // Another process may do the same: no number and no id that it waits for. Random, because PostgreSQL compresses what it stores.
  const insert = `with probe as (select -1 - floor(random() * 1e14)::bigint as seq)
    insert into inbox (seq, event_id, shard, team_id, type, payload, received_at_ms)
    select seq, 'probe' || seq, 0, '', '',
      (select string_agg(gen_random_uuid()::text, '')::bytea from generate_series(1, $1::integer / 36)), 0 from probe`;
  await store.together([
    { sql: insert, params: [FILLER_BYTES] },
    { sql: 'delete from inbox where seq < 0', params: [] },
  ]);
}
