/** What is kept of a team's events: those that failed, by what went wrong, and those that wait. */
import type { Reads, Row } from '../../store/store.ts';
import type { InstallationKey } from '../../team/installation.ts';
import { shardOf } from '../../team/shard.ts';
import { type TeamInBatches, teamInBatches } from '../batches/waiting-batches-repository.ts';

/** Rows that are counted: some 20 ms of the database. */
export const MOST_COUNTED = 10_000;

/** Failed events with the same error at the same place. */
export interface TeamFailures {
  error: string;
  listener: string | null;
  events: number;
  lastMs: number;
}

export interface TeamEvents {
  /** The largest first. */
  failures: readonly TeamFailures[];
  /** Not begun, or tried again later. */
  waiting: WaitingEvents | undefined;
}

export interface WaitingEvents {
  events: number;
  /** There may be more. */
  isPart: boolean;
  sinceMs: number;
  /** Undefined when that one was done while it was looked for. */
  oldest: string | undefined;
}

/** Those in one state, by the index that the engine has of them: what is done may be millions of rows. */
const IN_STATE: Readonly<Record<Reads['engine'], (state: string) => string>> = {
  // One index has both states, by team; by a condition on one alone SQLite would read those of all teams.
  sqlite: (state) => `state in ('retry', 'failed') and +state = '${state}'`,
  postgres: (state) => `state = '${state}'`,
};

function kept({ engine }: Reads): string {
  const ofState = (state: string) =>
    `select * from (select state, error_code, error_at, received_at_ms from inbox
       where team_id = $1 and ${IN_STATE[engine](state)} limit $2) as ${state}`;
  return `${ofState('retry')} union all ${ofState('failed')}`;
}

/** The id of the one that has waited longest. */
async function oldestWaiting(reads: Reads, teamId: string, key: InstallationKey): Promise<string | undefined> {
  const some = (where: string, name: string) =>
    `select * from (select event_id, received_at_ms from inbox where team_id = $1 and ${where} limit $2) as ${name}`;
  const row = await reads.get(
    `select event_id from (${some(IN_STATE[reads.engine]('retry'), 'retry')}
       union all ${some("state = 'ready' and shard = $3 order by seq", 'next')}) as waiting order by received_at_ms limit 1`,
    [teamId, MOST_COUNTED, shardOf(key)],
  );
  return row && String(row.event_id);
}

/** Of a team whose events are of the shard of this installation. At most MOST_COUNTED of each state are counted. */
export async function eventsOfTeam(reads: Reads, teamId: string, key: InstallationKey): Promise<TeamEvents> {
  // Batches first: the server may move one to its row meanwhile, never back.
  const batched = reads.engine === 'sqlite' ? await teamInBatches(reads, teamId, MOST_COUNTED) : NONE;
  const [groups, next] = await Promise.all([
    reads.all(
      `select state, coalesce(error_code, '') as error, error_at, count(*) as events, min(received_at_ms) as since_ms,
         max(received_at_ms) as last_ms from (${kept(reads)}) as kept
       group by state, coalesce(error_code, ''), error_at order by events desc, last_ms desc`,
      [teamId, MOST_COUNTED],
    ),
    reads.get(
      `select count(*) as events, min(received_at_ms) as since_ms from
         (select received_at_ms from inbox where team_id = $1 and state = 'ready' and shard = $3 order by seq limit $2) as next`,
      [teamId, MOST_COUNTED, shardOf(key)],
    ),
  ]);
  const failures = groups.filter(({ state }) => state === 'failed');
  const tried = groups.filter(({ state }) => state === 'retry');
  const counts = [sumOf(tried), Number(next?.events), batched.events];
  const sinceMs = [...tried, next].flatMap((row) => (typeof row?.since_ms === 'number' ? [row.since_ms] : []));
  return {
    failures: failures.map((row) => ({
      error: String(row.error),
      listener: typeof row.error_at === 'string' ? row.error_at : null,
      events: Number(row.events),
      lastMs: Number(row.last_ms),
    })),
    waiting: await waitingOf(
      counts,
      { sinceMs: Math.min(...sinceMs), oldest: () => oldestWaiting(reads, teamId, key) },
      batched.oldest,
    ),
  };
}

const NONE: TeamInBatches = { events: 0, oldest: undefined };

function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { events }) => sum + Number(events), 0);
}

/** Of all kinds; the id of one with a row is asked for only where no batch has the one that waits longest. */
async function waitingOf(
  counts: readonly number[],
  inRows: { sinceMs: number; oldest: () => Promise<string | undefined> },
  batched: TeamInBatches['oldest'],
): Promise<WaitingEvents | undefined> {
  const events = counts.reduce((sum, count) => sum + count);
  if (events === 0) return undefined;
  const isPart = counts.some((count) => count >= MOST_COUNTED);
  if (batched && batched.receivedAtMs < inRows.sinceMs)
    return { events, isPart, sinceMs: batched.receivedAtMs, oldest: batched.eventId };
  return { events, isPart, sinceMs: inRows.sinceMs, oldest: await inRows.oldest() };
}
