/** What a purge of teams leaves behind because no transaction needs it: ids of events that were done, and older pages of SQLite's WAL. */
import { emptyWal } from '../store/empty-wal.ts';
import type { Store } from '../store/store.ts';
import { purgeEventIds } from './inbox-purge-repository.ts';

/** Deletes both, once the teams themselves are deleted. */
export async function sweepPurged(store: Store, teamIds: readonly string[]): Promise<void> {
  await purgeEventIds(store, teamIds);
  await emptyWal(store);
}
