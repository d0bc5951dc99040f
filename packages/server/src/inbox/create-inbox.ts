/** Which inbox a store gets. */
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { BatchInbox } from './batches/batch-inbox.ts';
import type { Inbox } from './inbox.ts';
import { createRowInbox } from './inbox-repository.ts';

/** Keeps events in `store`: in batches where one process owns the store, else in rows that several can see. */
export function createInbox({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }): Inbox {
  return store.engine === 'sqlite' ? new BatchInbox({ store, clock }) : createRowInbox({ store, clock });
}
