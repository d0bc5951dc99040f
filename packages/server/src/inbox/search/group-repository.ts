/** Counts failed events by what went wrong. */
import type { Queries, SqlValue } from '../../store/store.ts';
import type { EventCondition } from './event-search.ts';
import { rowWindow, whereOf } from './search-repository.ts';

/** Failed events that are counted, the newest: some 20 ms of the database. */
export const MOST_GROUPED = 10_000;

export interface FailureGroup {
  error: string;
  listener: string | null;
  type: string;
  events: number;
  teams: number;
  firstMs: number;
  lastMs: number;
  exampleId: string;
}

/** The largest groups first. */
export async function groupFailures(
  reads: Queries,
  conditions: readonly EventCondition[],
  limit: number,
): Promise<{ groups: FailureGroup[]; lookedAt: number; isComplete: boolean }> {
  const asked = { state: 'failed', before: Number.MAX_SAFE_INTEGER, size: MOST_GROUPED } as const;
  const window = await rowWindow(reads, asked);
  if (!window) return { groups: [], lookedAt: 0, isComplete: true };
  const params: SqlValue[] = [window.last, limit];
  // By team first: PostgreSQL would sort all rows to count distinct teams, which takes it three times as long.
  const ofTeams = `select coalesce(error_code, '') as error_code, error_at, type, count(*) as events,
      min(received_at_ms) as first_ms, max(received_at_ms) as last_ms, max(seq) as example_seq
    from inbox where state = 'failed' and seq >= $1 and ${whereOf(conditions, params)}
    group by coalesce(error_code, ''), error_at, type, team_id`;
  const rows = await reads.all(
    `select g.*, (select event_id from inbox where seq = g.example_seq) as example_id from (
       select error_code, error_at, type, cast(sum(events) as bigint) as events, count(*) as teams,
         min(first_ms) as first_ms, max(last_ms) as last_ms, max(example_seq) as example_seq
       from (${ofTeams}) as of_team
       group by error_code, error_at, type order by events desc, example_seq desc limit $2) as g
     order by g.events desc, g.example_seq desc`,
    params,
  );
  const groups = rows.map((row) => ({
    error: String(row.error_code),
    listener: typeof row.error_at === 'string' ? row.error_at : null,
    type: String(row.type),
    events: Number(row.events),
    teams: Number(row.teams),
    firstMs: Number(row.first_ms),
    lastMs: Number(row.last_ms),
    exampleId: String(row.example_id),
  }));
  return { groups, lookedAt: window.size, isComplete: window.size < MOST_GROUPED };
}
