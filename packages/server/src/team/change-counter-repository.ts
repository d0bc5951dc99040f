/** Numbers changes so that every node can read what is newer than what it has seen. */
import type { Statements } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';

/**
 * Marks an installation as changed. Call it last in a transaction: whoever draws a number keeps others from drawing until
 * it commits, so that commit order is number order and a reader never skips a number that comes later.
 */
export async function markChanged(tx: Statements, key: InstallationKey): Promise<number> {
  const row = await tx.get('update meta set change_counter = change_counter + 1 returning change_counter as seq');
  const seq = Number(row?.seq);
  await tx.run('update installation set changed_seq = $1 where key = $2', [seq, key]);
  return seq;
}
