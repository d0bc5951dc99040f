/** What has to be thrown away now and then. */
import { pruneBroadcasts } from '../broadcast/broadcast-repository.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { pruneFacts } from '../history/fact-repository.ts';
import { pruneReplays } from '../inbox/replays/replays-repository.ts';
import type { Logger } from '../observability/logger.ts';
import { pruneAudits } from '../operations/audit/audit-repository.ts';
import { GONE_AFTER_MS, LIMIT_TTL_MS } from '../reports/process-report.ts';
import { pruneReports } from '../reports/report-repository.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Storage } from './create-storage.ts';

/** What is kept is kept for days, so an hour more is nothing. */
const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** OAuth states are valid for ten minutes; their uses are kept longer, so that a late reload still shows its result. */
const OAUTH_USE_TTL_MS = DAY_MS;
/** Slack repeats a delivery for at most a day (Delayed Events); twice that is remembered. */
const EVENT_ID_TTL_MS = 2 * DAY_MS;
/** Each process sees a purge within seconds, and one that starts reads no row that is gone. */
const PURGED_TTL_MS = 2 * DAY_MS;
/** More than a year, so that the audit of a year can be read after its end. */
const AUDIT_TTL_MS = 400 * DAY_MS;
/** How long a failed event can be replayed, and it is known what became of one. */
const FAILED_EVENT_TTL_MS = 14 * DAY_MS;

export interface HousekeepingDeps {
  storage: Pick<Storage, 'store' | 'uses' | 'installations'>;
  dispatcher: Pick<Dispatcher, 'dropExpired' | 'prune'>;
  jobs: { prune(): Promise<unknown> };
  clock: Clock;
  log: Logger;
}

/** Prunes once an hour until the returned function is called. */
export function startHousekeeping({ storage, dispatcher, jobs, clock, log }: HousekeepingDeps): () => void {
  const chores: Readonly<Record<string, () => Promise<unknown>>> = {
    'old OAuth uses': () => storage.uses.prune(OAUTH_USE_TTL_MS),
    'old purges': () => storage.installations.prunePurged(clock.now() - PURGED_TTL_MS),
    'old audit': () => pruneAudits(storage.store, clock.now() - AUDIT_TTL_MS),
    'old broadcasts': () => pruneBroadcasts(storage.store, clock.now() - AUDIT_TTL_MS),
    'old replays': () => pruneReplays(storage.store, clock.now() - AUDIT_TTL_MS),
    'old reports': () =>
      pruneReports(storage.store, {
        limitsBeforeMs: clock.now() - LIMIT_TTL_MS,
        toldBeforeMs: clock.now() - GONE_AFTER_MS,
      }),
    'old facts of events': () => pruneFacts(storage.store, clock.now() - FAILED_EVENT_TTL_MS),
    'old runs of jobs': () => jobs.prune(),
    'events kept for too long': () => dispatcher.dropExpired(),
    'old events': () =>
      dispatcher.prune({
        doneBeforeMs: clock.now() - EVENT_ID_TTL_MS,
        failedBeforeMs: clock.now() - FAILED_EVENT_TTL_MS,
      }),
  };
  let timer: Timer;
  const prune = () => {
    for (const [what, chore] of Object.entries(chores)) {
      chore().catch((error: unknown) => log.warn({ err: error, what }, 'not pruned'));
    }
    timer = clock.after(EVERY_MS, prune);
  };
  timer = clock.after(EVERY_MS, prune);
  return () => timer.cancel();
}
