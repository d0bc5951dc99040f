/** For how long Slack asks to wait. Pure. */

/** When the header is missing or unreadable, in milliseconds. */
const DEFAULT_RETRY_AFTER_MS = 30_000;

/**
 * Retry-After in milliseconds; Slack sends whole seconds. A date (RFC 9110) counts from that of the answer.
 * @defaultValue 30 s when the header is missing or unreadable
 */
export function retryAfterMs({ headers }: { headers: { get(name: string): string | null } }): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  const waitMs = Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return /^[A-Z][a-z]{2}, /.test(value) && Number.isFinite(waitMs) ? Math.max(0, waitMs) : DEFAULT_RETRY_AFTER_MS;
}
