/** What has to be thrown away now and then. */
import type { Logger } from '../observability/logger.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Storage } from './storage.ts';

const EVERY_MS = 3_600_000;
/** OAuth states are valid for ten minutes; their uses are kept longer, so that a late reload still shows its result. */
const OAUTH_USE_TTL_MS = 86_400_000;

/** Prunes once an hour until the returned function is called. */
export function keepHouse({
  storage,
  clock,
  log,
}: {
  storage: Pick<Storage, 'uses'>;
  clock: Clock;
  log: Logger;
}): () => void {
  let timer: Timer;
  const prune = () => {
    storage.uses
      .prune(OAUTH_USE_TTL_MS)
      .catch((error: unknown) => log.warn({ err: error }, 'old OAuth uses not pruned'));
    timer = clock.after(EVERY_MS, prune);
  };
  timer = clock.after(EVERY_MS, prune);
  return () => timer.cancel();
}
