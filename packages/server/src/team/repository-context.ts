/** What the repositories of this feature work with. Type only. */
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { TokenSealer } from './token-sealer.ts';

export interface RepositoryContext {
  store: Store;
  vault: TokenSealer;
  clock: Pick<Clock, 'now'>;
  /** See sharedNow. */
  machine?: Pick<Clock, 'now'>;
}
