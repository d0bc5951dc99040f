/** Which failed events, as a condition of SQL: for replays, for giving up, and for counting before either. */
import type { SqlValue } from '../../store/store.ts';

/** All that is named must fit. */
export interface FailedFilter {
  teamId?: string;
  type?: string;
  /** The code of the failure, for example listener_failed. */
  errorCode?: string;
  /** Received then or later. */
  sinceMs?: number;
  /** Received earlier. */
  untilMs?: number;
}

/** Adds its parameters behind those that are there. Rows that failed come from the small index of their state. */
export function failedCondition(filter: FailedFilter, params: SqlValue[]): string {
  const { teamId, type, errorCode, sinceMs, untilMs } = filter;
  const parts = ["state = 'failed'"];
  if (teamId !== undefined) parts.push(`team_id = $${params.push(teamId)}`);
  if (type !== undefined) parts.push(`type = $${params.push(type)}`);
  if (errorCode !== undefined) parts.push(`error_code = $${params.push(errorCode)}`);
  if (sinceMs !== undefined) parts.push(`received_at_ms >= $${params.push(sinceMs)}`);
  if (untilMs !== undefined) parts.push(`received_at_ms < $${params.push(untilMs)}`);
  return parts.join(' and ');
}
