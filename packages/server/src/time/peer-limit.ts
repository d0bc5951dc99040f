/**
 * A time limit for the answer of a peer. Node fires timers before it reads sockets: a process that was frozen, or had no time, would give
 * up an answer that lies in its socket already, and with it a token that Slack hands out once. So a timer that fires late is no proof yet.
 */
import type { Clock, Timer } from './clock.ts';

/** Timers of a process that runs are not as late as this. */
const LATE_MS = 20;

/** How long a process that is back takes at most to read what has come. */
const READING_MS = 1_000;

/** Calls `giveUp` after `limitMs`; when this process could not look by then, a second after it can again. */
export function afterPeerLimit(clock: Pick<Clock, 'after' | 'monotonic'>, limitMs: number, giveUp: () => void): Timer {
  const dueAtMs = clock.monotonic() + limitMs;
  let timer = clock.after(limitMs, () => {
    if (clock.monotonic() - dueAtMs < LATE_MS) giveUp();
    else timer = clock.after(READING_MS, giveUp);
  });
  return { cancel: () => timer.cancel() };
}
