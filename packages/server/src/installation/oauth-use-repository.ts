/** Remembers which OAuth states were used, so that a double click or a stolen link completes an install once. */
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { OAuthUses as UsedStates } from './install-deps.ts';

/** Uses of states; only hashes of them are stored. */
export interface OAuthUses extends UsedStates {
  /** Forgets uses older than `olderThanMs`, which must be longer than a state is valid; answers how many. */
  prune(olderThanMs: number): Promise<number>;
}

/** Keeps the uses in `store`, for all nodes that share it. */
export function createOAuthUses({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }): OAuthUses {
  return {
    async claim(stateHash) {
      // One statement decides, so that of two visits with the same state one wins, also on two nodes.
      const sql = 'insert into oauth_use (state_hash, used_at_ms) values ($1, $2) on conflict (state_hash) do nothing';
      if ((await store.run(sql, [stateHash, clock.now()])) === 1) return { claimed: true };
      const row = await store.get('select result from oauth_use where state_hash = $1', [stateHash]);
      return { claimed: false, result: typeof row?.result === 'string' ? JSON.parse(row.result) : null };
    },
    async finish(stateHash, result) {
      await store.run('update oauth_use set result = $1 where state_hash = $2', [JSON.stringify(result), stateHash]);
    },
    prune: (olderThanMs) => store.run('delete from oauth_use where used_at_ms < $1', [clock.now() - olderThanMs]),
  };
}
