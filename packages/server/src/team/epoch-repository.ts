/** The epoch that a write about an installation carries: what a former owner decides must not be written over the new one's. */
import type { Statements, Store } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';
import { shardOf } from './shard.ts';

/**
 * Whether no newer epoch of the installation's shard was issued, and none is before the transaction ends. The lock is why: a plain
 * `exists` would compare with what was committed when the statement began, and a claim that commits before we do would come in
 * between. A share lock, because verdicts about one shard need not wait for each other; `for key share` would not keep a claim out,
 * which changes no key. A claim skips what is locked and tries again a second later. (postgresql.org/docs, Explicit Locking)
 * @param epoch Undefined: whoever writes does not need to own it
 */
export async function isOwnersWrite(
  { engine }: Pick<Store, 'engine'>,
  tx: Statements,
  { key, epoch }: { key: InstallationKey; epoch: number | undefined },
): Promise<boolean> {
  // One process has an SQLite database to itself.
  if (epoch === undefined || engine === 'sqlite') return true;
  const sql = 'select 1 from shard where shard = $1 and epoch <= $2 for share';
  return (await tx.get(sql, [shardOf(key), epoch])) !== undefined;
}

/** Those of many writes that are still their owners'. One statement, and the locks in one order. */
export async function ownersWrites<Write extends { key: InstallationKey; epoch: number | undefined }>(
  { engine }: Pick<Store, 'engine'>,
  tx: Statements,
  writes: readonly Write[],
): Promise<Write[]> {
  const shards = new Set(writes.flatMap(({ key, epoch }) => (epoch === undefined ? [] : [shardOf(key)])));
  if (engine === 'sqlite' || shards.size === 0) return [...writes];
  const sql = 'select shard, epoch from shard where shard = any($1::int[]) order by shard for share';
  const rows = await tx.all(sql, [`{${[...shards].join(',')}}`]);
  const epochs = new Map(rows.map(({ shard, epoch }) => [Number(shard), Number(epoch)]));
  return writes.filter(
    ({ key, epoch }) => epoch === undefined || (epochs.get(shardOf(key)) ?? Number.POSITIVE_INFINITY) <= epoch,
  );
}
