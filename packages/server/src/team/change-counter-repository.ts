/** Numbers changes so that every node can read what is newer than what it has seen. */
import type { Statements, Transaction } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';
import type { LatestChange } from './installations.ts';

/**
 * Marks installations as changed, in this order; answers the number of the last. Call it once, as the last step of a transaction: whoever draws a
 * number keeps everybody else from drawing until it commits, so that commit order is number order and a reader never skips a number
 * that comes later. What follows may only touch the rows that are marked.
 */
export async function markChanged(tx: Transaction, ...keys: readonly InstallationKey[]): Promise<number> {
  const distinct = Array.from(new Set(keys));
  // Whoever has one of the rows is waited for here, not with the counter in hand, for which every other transaction waits.
  for (const key of distinct.toSorted()) {
    await tx.run('update installation set changed_seq = changed_seq where key = $1', [key]);
  }
  const row = await tx.get('update meta set change_counter = change_counter + $1 returning change_counter as seq', [
    distinct.length,
  ]);
  let seq = Number(row?.seq) - distinct.length;
  for (const key of distinct) await tx.run('update installation set changed_seq = $1 where key = $2', [++seq, key]);
  tx.notify('rows');
  return seq;
}

/** The same for rows that this transaction inserted with 1, 2, … for a number, in one statement. */
export async function numberNew(tx: Transaction, keys: readonly InstallationKey[]): Promise<void> {
  const row = await tx.get('update meta set change_counter = change_counter + $1 returning change_counter as seq', [
    keys.length,
  ]);
  const list = keys.map((_, index) => `$${index + 2}`).join(', ');
  await tx.run(`update installation set changed_seq = changed_seq + $1 where key in (${list})`, [
    Number(row?.seq) - keys.length,
    ...keys,
  ]);
  tx.notify('rows');
}

/** See Installations.latestChange. In one statement, so of one moment. */
export async function latestChange(store: Statements, key: InstallationKey | undefined): Promise<LatestChange> {
  const sql = `select (select max(changed_seq) from installation) as changed_seq,
    (select max(seq) from purged_installation) as purged_seq,
    (select changed_seq from installation where key = $1) as own_seq`;
  const row = await store.get(sql, [key ?? null]);
  const ownSeq = row?.own_seq ?? null;
  return {
    changedSeq: Number(row?.changed_seq ?? 0),
    purgedSeq: Number(row?.purged_seq ?? 0),
    ownSeq: ownSeq === null ? null : Number(ownSeq),
  };
}
