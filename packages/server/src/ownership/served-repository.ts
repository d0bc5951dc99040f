/** Until when a database of one process was served: in the row of the first shard, as time by the process's clock. SQLite only. */
import type { Statements } from '../store/store.ts';

/** In milliseconds since the epoch; undefined for a database that nobody has served. */
export async function readServedUntil(store: Pick<Statements, 'get'>): Promise<number | undefined> {
  const row = await store.get('select unserved_since from shard where shard = 0');
  const atMs = Date.parse(String(row?.unserved_since ?? ''));
  return Number.isNaN(atMs) ? undefined : atMs;
}

export async function writeServedUntil(store: Pick<Statements, 'run'>, atMs: number): Promise<void> {
  await store.run('update shard set unserved_since = $1 where shard = 0', [new Date(atMs).toISOString()]);
}
