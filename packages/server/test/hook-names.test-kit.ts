/** The names of all hooks, for tests that look at each of them. */
import type { BotServerEventName } from '../src/index.ts';

/** The compiler sees to it that none is missing. */
const every: Record<BotServerEventName, true> = {
  installing: true,
  installed: true,
  reinstalled: true,
  booting: true,
  booted: true,
  starting: true,
  started: true,
  reconnecting: true,
  gap: true,
  stopping: true,
  stopped: true,
  deactivating: true,
  deactivated: true,
  suspended: true,
  reactivated: true,
  renamed: true,
  purging: true,
  purged: true,
  incident: true,
  error: true,
};

export const hookNames = Object.keys(every) as BotServerEventName[];
