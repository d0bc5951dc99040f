/** Which failed events, as a condition of SQL: for replays, for giving up, and for counting before either. */
import { readObject } from '../../read-json.ts';
import type { SqlValue } from '../../store/store.ts';
import type { EventCondition } from '../search/event-search.ts';
import { whereOf } from '../search/search-repository.ts';

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
  /** The query of which `conditions` and `seqs` were made, for people. */
  where?: string;
  conditions?: readonly EventCondition[];
  /** Only these: those whose payloads matched when they were looked through. */
  seqs?: readonly number[];
}

/**
 * For a row that other servers read. One of a version that knows no queries would take a replay for one of everything: for it the row
 * asks for what came before 1970.
 */
export function filterToJson(filter: FailedFilter): string {
  return JSON.stringify(filter.where === undefined ? filter : { untilMs: 0, exactly: filter });
}

/** Undefined of what is no filter: it must not pass for that of everything. */
export function filterFromJson(json: unknown): FailedFilter | undefined {
  const { exactly, ...plain } = readObject(json) ?? { unreadable: true };
  const filter = exactly ?? plain;
  return isFilter(filter) ? filter : undefined;
}

const KINDS: Readonly<Record<keyof FailedFilter, 'string' | 'number' | 'list'>> = {
  teamId: 'string',
  type: 'string',
  errorCode: 'string',
  sinceMs: 'number',
  untilMs: 'number',
  where: 'string',
  conditions: 'list',
  seqs: 'list',
};

function isFilter(value: unknown): value is FailedFilter {
  const kinds: Readonly<Record<string, string>> = KINDS;
  const kindOf = (field: unknown) => (Array.isArray(field) ? 'list' : typeof field);
  return (
    kindOf(value) === 'object' && Object.entries(Object(value)).every(([name, field]) => kindOf(field) === kinds[name])
  );
}

/** Adds its parameters behind those that are there. Rows that failed come from the small index of their state. */
export function failedCondition(filter: FailedFilter, params: SqlValue[]): string {
  const { teamId, type, errorCode, sinceMs, untilMs, conditions, seqs } = filter;
  const parts = ["state = 'failed'"];
  if (teamId !== undefined) parts.push(`team_id = $${params.push(teamId)}`);
  if (type !== undefined) parts.push(`type = $${params.push(type)}`);
  if (errorCode !== undefined) parts.push(`error_code = $${params.push(errorCode)}`);
  if (sinceMs !== undefined) parts.push(`received_at_ms >= $${params.push(sinceMs)}`);
  if (untilMs !== undefined) parts.push(`received_at_ms < $${params.push(untilMs)}`);
  if (conditions !== undefined) parts.push(whereOf(conditions, params));
  if (seqs !== undefined) parts.push(seqs.length === 0 ? '1 = 0' : `seq in (${seqs.map(Number).join(', ')})`);
  return parts.join(' and ');
}
