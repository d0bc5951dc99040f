/**
 * The advisory locks of this program: a class each, and within it one per schema, because two bots may share a database
 * by schemas of their own (`?options=-c search_path=…`). Locks of one class and key exclude each other.
 */

/** Chosen once by chance, so that no other program has them. */
export const storeLocks = {
  /** Held by a server for as long as it runs. */
  server: 748_390_211,
  /** Held while migrations run. */
  migration: 748_390_212,
  /** Held by a transaction: they run one after the other, as on SQLite. */
  transaction: 748_390_213,
} as const;

/** Stands for the schema; from LOCK_KEY. Not negative, so that pg_locks shows the same number. */
export type LockKey = number;

/** Asks for the key of the schema in which this connection works. */
export const LOCK_KEY = 'select hashtext(current_schema()) & 2147483647 as key';

/** Takes a lock until the end of the transaction, waiting for it. */
export function lockSql(lock: (typeof storeLocks)[keyof typeof storeLocks], key: LockKey): string {
  return `select pg_advisory_xact_lock(${lock}, ${key})`;
}
