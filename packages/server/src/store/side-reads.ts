/**
 * Reads beside the work of a server: what operators ask may take a hundred milliseconds, and no event waits for it. On SQLite that is a second
 * connection in a thread of its own, because one thread reads or writes at a time; on PostgreSQL a part of the pool.
 */
import { Semaphore } from './semaphore.ts';
import type { Queries, Reads, Store } from './store.ts';

/** Questions at once: a third waits, and takes no connection and no core from what is under way. */
const AT_ONCE = 2;

/** A connection of its own. */
export interface OwnReads extends Queries {
  close(): Promise<void>;
}

export interface SideReads extends Reads {
  /** Closes what was opened for it. */
  close(): Promise<void>;
}

/** @param openOwn Opens a connection for it, when the first question comes. @defaultValue those of the store are used */
export function createSideReads(store: Reads & Pick<Store, 'engine'>, openOwn?: () => Promise<OwnReads>): SideReads {
  const turns = new Semaphore(AT_ONCE);
  let own: Promise<OwnReads> | undefined;
  const queries = async (): Promise<Queries> => {
    if (!openOwn) return store;
    own ??= openOwn();
    // One that cannot be opened now (no file handle is left) may be the next time.
    own.catch(() => {
      own = undefined;
    });
    return await own;
  };
  return {
    engine: store.engine,
    all: (sql, params) => turns.within(async () => await (await queries()).all(sql, params)),
    get: (sql, params) => turns.within(async () => await (await queries()).get(sql, params)),
    async close() {
      const opened = await own?.catch(() => undefined);
      await opened?.close();
    },
  };
}
