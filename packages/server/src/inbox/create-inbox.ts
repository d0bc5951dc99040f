/** Which inbox a store gets. */
import { BatchInbox } from './batches/batch-inbox.ts';
import type { Inbox } from './inbox.ts';
import { createRowInbox, type RowInboxDeps } from './inbox-repository.ts';

/**
 * Keeps events in `store`: in batches where one process owns the store, else in rows that several can see.
 * `isShared`: several nodes hand them out, by ownership whose epochs are in the store, and which wants to know of writes that met others.
 */
export function createInbox({ store, clock, isShared = false, onSuperseded }: RowInboxDeps): Inbox {
  if (store.engine === 'sqlite') return new BatchInbox({ store, clock });
  return createRowInbox({ store, clock, isShared, onSuperseded });
}
