/** For how long Slack asks to wait. Pure. */

/** When the header is missing or unreadable, in milliseconds. */
const DEFAULT_RETRY_AFTER_MS = 30_000;

/** No answer means more than a year, in milliseconds; a larger number could not be stored. */
const MAX_RETRY_AFTER_MS = 365 * 86_400_000;

/**
 * Retry-After in whole milliseconds, a year at most; Slack sends whole seconds. A date (RFC 9110) counts from that of the answer.
 * @defaultValue 30 s when the header is missing or unreadable
 */
export function retryAfterMs({ headers }: { headers: { get(name: string): string | null } }): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return bounded(Number(value) * 1_000);
  const waitMs = Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return /^[A-Z][a-z]{2}, /.test(value) && Number.isFinite(waitMs) ? bounded(waitMs) : DEFAULT_RETRY_AFTER_MS;
}

function bounded(waitMs: number): number {
  return Math.min(MAX_RETRY_AFTER_MS, Math.max(0, Math.ceil(waitMs)));
}
