/**
 * When an event that was not acknowledged is tried again: at once, a minute later, five minutes later; and for apps with
 * Delayed Events every hour for a day after that. (https://docs.slack.dev/apis/events-api)
 */

const RETRY_DELAYS_MS = [0, 60_000, 300_000] as const;
const HOUR_MS = 3_600_000;
const DELAYED_RETRIES = 24;

/** How long after a failed try the next one leaves; undefined when there is none. `failedTry` is 0 for the first. */
export function retryDelay(failedTry: number, options: { isDelayedEventsOn: boolean }): number | undefined {
  const soon = RETRY_DELAYS_MS[failedTry];
  if (soon !== undefined) return soon;
  const isLate = options.isDelayedEventsOn && failedTry < RETRY_DELAYS_MS.length + DELAYED_RETRIES;
  return isLate ? HOUR_MS : undefined;
}
