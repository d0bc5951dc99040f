/**
 * The advisory locks of this program: a class each, and within it one per schema, because two bots may share a database
 * by schemas of their own (`?options=-c search_path=…`). Locks of one class and key exclude each other.
 */
import type { ClientBase } from 'pg';
import { BotServerError } from '../errors.ts';

/** Chosen once by chance, so that no other program has them. */
export const storeLocks = {
  /** Held by a server for as long as it runs. */
  server: 748_390_211,
  /** Held while migrations run. */
  migration: 748_390_212,
} as const;

/** Stands for the schema; see readLockKey. Not negative, so that pg_locks shows the same number. */
export type LockKey = number;

/**
 * The key of the schema in which this connection works.
 * @throws BotServerError `invalid_configuration` when the search_path of the connection leads nowhere
 */
export async function readLockKey(client: ClientBase, database: string): Promise<LockKey> {
  const { rows } = await client.query('select hashtext(current_schema()) & 2147483647 as key');
  if (typeof rows[0]?.key === 'number') return rows[0].key;
  const message = `The database ${database} has no schema in the search_path of this user; create one`;
  throw new BotServerError('invalid_configuration', message, { facts: { database } });
}

/** Takes a lock until the end of the transaction, waiting for it. */
export function lockSql(lock: (typeof storeLocks)[keyof typeof storeLocks], key: LockKey): string {
  return `select pg_advisory_xact_lock(${lock}, ${key})`;
}
