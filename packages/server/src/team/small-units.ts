/**
 * Writes rows of many installations in transactions that hold up nobody: on PostgreSQL one for each installation, because rows stay
 * locked until the commit, and one statement that hangs would keep those of all. On SQLite, where a commit costs a sync of the disk
 * and no statement waits for another's row, all in one.
 */
import type { Statements, Store } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';

interface SmallUnits<T, R> {
  rows: readonly T[];
  readonly keyOf: (row: T) => InstallationKey;
  /** About nothing: compares with what was read, and leaves what is newer alone. */
  readonly write: (tx: Statements, row: T) => Promise<R>;
}

/** Transactions under way: less than half of the pool's connections, which a running server needs, too. */
const LANES = 4;

/** Answers in no order. */
export async function inUnits<T, R>(store: Store, { rows, keyOf, write }: SmallUnits<T, R>): Promise<R[]> {
  const units = store.engine === 'sqlite' ? [rows] : Map.groupBy(rows, keyOf).values();
  const waiting = [...units].filter((unit) => unit.length > 0).reverse();
  const results: R[] = [];
  const runLane = async () => {
    for (let unit = waiting.pop(); unit; unit = waiting.pop()) {
      const now = unit;
      // All on their way at once: one after the other, each would wait for the thread or the network.
      results.push(...(await store.transaction({ about: [] }, (tx) => Promise.all(now.map((row) => write(tx, row))))));
    }
  };
  await Promise.all(Array.from({ length: LANES }, runLane));
  return results;
}
