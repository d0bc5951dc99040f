/**
 * What the table has of a team that memory has not, and whether it is being read. Pure.
 *
 *   complete ──kept──▶ behind ──read──▶ reading ──done──▶ complete
 *       └────doubt──▶ doubtful ─read──▶ reading           (from the first row on)
 *
 * What is found out while it is read stays: reading_behind and reading_doubtful end as behind and doubtful.
 */

export type TableState =
  /** Memory has everything. */
  | 'complete'
  /** There are rows above the newest one that memory has taken. */
  | 'behind'
  /** Rows below that one may be missing, too. */
  | 'doubtful'
  | 'reading'
  | 'reading_behind'
  | 'reading_doubtful';

export type TableEvent =
  /** A row stayed in the table: for want of room, or as others before it are there. */
  | 'kept'
  /** Nobody knows which rows the table has: a commit failed, or rows were deleted. */
  | 'doubt'
  | 'read'
  | 'done';

/** Where the same state stands again the event means nothing there. */
export const tableTransitions: Readonly<Record<TableState, Readonly<Record<TableEvent, TableState>>>> = {
  complete: { kept: 'behind', doubt: 'doubtful', read: 'complete', done: 'complete' },
  behind: { kept: 'behind', doubt: 'doubtful', read: 'reading', done: 'behind' },
  doubtful: { kept: 'doubtful', doubt: 'doubtful', read: 'reading', done: 'doubtful' },
  reading: { kept: 'reading_behind', doubt: 'reading_doubtful', read: 'reading', done: 'complete' },
  reading_behind: { kept: 'reading_behind', doubt: 'reading_doubtful', read: 'reading_behind', done: 'behind' },
  reading_doubtful: { kept: 'reading_doubtful', doubt: 'reading_doubtful', read: 'reading_doubtful', done: 'doubtful' },
};

/** Whether there is something to read, now or after what is being read. */
export function hasMore(state: TableState): boolean {
  return state !== 'complete' && state !== 'reading';
}

/** Whether reading may begin. */
export function mayRead(state: TableState): boolean {
  return state === 'behind' || state === 'doubtful';
}
