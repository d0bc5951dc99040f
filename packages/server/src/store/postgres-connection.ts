/** One connection for one piece of work, outside of the pool. */
import type pg from 'pg';
import { toStoreError } from './postgres-failure.ts';
import type { PostgresSettings } from './postgres-settings.ts';

/**
 * Connects, works and closes; also after a failure, where `pg` would leave a half-opened connection behind.
 * @throws BotServerError `store_unavailable`, or what `work` throws of this class
 */
export async function withConnection<T>(
  { hosts, database }: PostgresSettings,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  let client: pg.Client | undefined;
  try {
    client = await hosts.dial();
    return await work(client);
  } catch (error) {
    throw toStoreError(error, database);
  } finally {
    await client?.end().catch(() => {});
  }
}
