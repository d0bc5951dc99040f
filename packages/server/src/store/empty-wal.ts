/** Takes what was deleted out of SQLite's WAL as well, where older pages stay until they are overwritten some day. */
import type { Store } from './store.ts';

/** Writes the WAL back and empties it. Beside a reader that does not end it only writes back. Nothing on PostgreSQL. */
export async function emptyWal(store: Store): Promise<void> {
  if (store.engine === 'sqlite') await store.all('pragma wal_checkpoint(truncate)');
}
