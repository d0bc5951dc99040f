/** Replays of many failed events: rows that say what is to be run again, and how far that is. */
import type { Row, SqlValue, Store } from '../../store/store.ts';
import { LIFECYCLE_TYPES } from '../lifecycle-events.ts';
import { numbers, pagesOf } from '../sql-pages.ts';
import { type FailedFilter, failedCondition, filterFromJson, filterToJson } from './failed-filter.ts';

export type ReplayState = 'running' | 'done' | 'cancelled';

export interface Replay {
  id: number;
  /** Undefined: what its row holds is none. */
  filter: FailedFilter | undefined;
  who: string;
  askedAtMs: number;
  /** How many matched when it was asked for. */
  total: number;
  replayed: number;
  state: ReplayState;
  endedAtMs: number | null;
  /** Nothing newer: what fails from then on is left alone. */
  uptoSeq: number;
  /** Everything up to here was taken. */
  afterSeq: number;
}

/** A failed event that a replay may take. */
export interface FailedEvent {
  seq: number;
  teamId: string;
}

export interface NewReplay {
  filter: FailedFilter;
  who: string;
  askedAtMs: number;
}

/** Events are due at once, ahead of planned retries, and count as not begun by any process. See Inbox.replay. */
const DUE = "state = 'retry', run_at_ms = 0, attempts = attempts + 1, takeovers = 0, lone_deaths = 0";

/**
 * Which events a replay may make due: no listener runs for those of a team that is gone, suspended or not let in. Events about the
 * end of an installation reach the listeners all the same.
 */
const REPLAYABLE = `(${ofLifecycle()} or not ${isAway('inbox.team_id')})`;

/** How many fit, how many of them a replay takes, and the newest. A team is looked up once, however many of its events failed. */
function countSql(condition: string): string {
  return `select coalesce(sum(total), 0) as total, coalesce(sum(replayable), 0) as replayable, max(last_seq) as last_seq
    from (select total, last_seq, case when ${isAway('by_team.team_id')} then lifecycle else total end as replayable
      from (select team_id, count(*) as total, max(seq) as last_seq, sum(case when ${ofLifecycle()} then 1 else 0 end) as lifecycle
        from inbox where ${condition} group by team_id) as by_team) as counted`;
}

function ofLifecycle(): string {
  return `type in (${LIFECYCLE_TYPES.map((type) => `'${type}'`).join(', ')})`;
}

function isAway(teamId: string): string {
  return `(exists (select 1 from installation i where i.status <> 'active'
    and i.key = coalesce((select t.installation_key from team t where t.team_id = ${teamId}), ${teamId}))
    or exists (select 1 from team t where t.team_id = ${teamId} and t.access = 'revoked'))`;
}

export async function countFailed(store: Store, filter: FailedFilter): Promise<number> {
  const params: SqlValue[] = [];
  const row = await store.get(`select count(*) as total from inbox where ${failedCondition(filter, params)}`, params);
  return Number(row?.total);
}

/** How many of those that fit a replay takes, and how many it leaves out because their teams are not active. */
export async function countReplayable(
  store: Store,
  filter: FailedFilter,
): Promise<{ replayable: number; leftOut: number }> {
  const params: SqlValue[] = [];
  const row = await store.get(countSql(failedCondition(filter, params)), params);
  const replayable = Number(row?.replayable);
  return { replayable, leftOut: Number(row?.total) - replayable };
}

/** Answers undefined when nothing matches that it may take. */
export async function createReplay(store: Store, { filter, who, askedAtMs }: NewReplay): Promise<Replay | undefined> {
  const params: SqlValue[] = [filterToJson(filter), who, askedAtMs];
  const condition = failedCondition(filter, params);
  const row = await store.get(
    `insert into replay (filter, who, asked_at_ms, total, upto_seq)
     select cast($1 as text), cast($2 as text), cast($3 as bigint), replayable, last_seq
       from (${countSql(condition)}) as found where replayable > 0 returning *`,
    params,
  );
  return row && toReplay(row);
}

/** The newest first. */
export async function listReplays(store: Store, limit: number): Promise<Replay[]> {
  return (await store.all('select * from replay order by id desc limit $1', [limit])).map(toReplay);
}

export async function findReplay(store: Store, id: number): Promise<Replay | undefined> {
  const row = await store.get('select * from replay where id = $1', [id]);
  return row && toReplay(row);
}

/** One after the other, the oldest first. */
export async function nextReplay(store: Store): Promise<Replay | undefined> {
  const row = await store.get(`select * from replay where state = 'running' order by id limit 1`);
  return row && toReplay(row);
}

/** What replays have made due and nobody has handled yet, by team. */
export async function waitingByTeam(store: Store): Promise<Map<string, number>> {
  const rows = await store.all(
    `select team_id, count(*) as waiting from inbox where state = 'retry' and run_at_ms = 0 group by team_id`,
  );
  return new Map(rows.map((row) => [String(row.team_id), Number(row.waiting)]));
}

/** Events that it has not taken yet, in their order. Those of a team that is not active any more stay failed. */
export async function untaken(store: Store, replay: Replay, limit: number): Promise<FailedEvent[]> {
  const { id, filter, afterSeq, uptoSeq } = replay;
  if (!filter) return [];
  const params: SqlValue[] = [afterSeq, uptoSeq, id];
  const condition = failedCondition(filter, params);
  const rows = await store.all(
    `select seq, team_id from inbox where seq > $1 and seq <= $2 and (replay_id is null or replay_id <> $3)
     and ${condition} and ${REPLAYABLE} order by seq limit $${params.push(limit)}`,
    params,
  );
  return rows.map((row) => ({ seq: Number(row.seq), teamId: String(row.team_id) }));
}

/**
 * Makes them due, in one transaction with how far the replay is. Does nothing when the replay was cancelled, or somebody else has gone
 * on with it: the update of its row compares, and holds it to the end.
 */
export async function take(
  store: Store,
  { id, afterSeq: before }: Replay,
  { seqs, afterSeq }: { seqs: readonly number[]; afterSeq: number },
): Promise<void> {
  await store.transaction({ about: [] }, async (tx) => {
    const held = await tx.run(
      `update replay set after_seq = $2, replayed = replayed + $4 where id = $1 and after_seq = $3 and state = 'running'`,
      [id, afterSeq, before, seqs.length],
    );
    if (held === 0 || seqs.length === 0) return;
    for (const page of pagesOf(seqs)) {
      const sql = `update inbox set ${DUE}, replay_id = $1 where state = 'failed' and seq in (${numbers(page, 1)})`;
      await tx.run(sql, [id, ...page]);
    }
  });
}

/** Answers whether it was running. */
export async function endReplay(
  store: Store,
  id: number,
  { state, atMs }: { state: Exclude<ReplayState, 'running'>; atMs: number },
): Promise<boolean> {
  const sql = `update replay set state = $2, ended_at_ms = $3 where id = $1 and state = 'running'`;
  return (await store.run(sql, [id, state, atMs])) > 0;
}

/** An event that was given up. */
export interface DiscardedEvent {
  eventId: string;
  teamId: string;
  type: string;
}

/** Gives up so many failed events that fit, the oldest first; answers which. */
export async function discardSome(store: Store, filter: FailedFilter, limit: number): Promise<DiscardedEvent[]> {
  const params: SqlValue[] = [];
  const condition = failedCondition(filter, params);
  const page = `select seq from inbox where ${condition} order by seq limit $${params.push(limit)}`;
  const rows = await store.all(
    `update inbox set state = 'done', payload = null where seq in (${page}) returning event_id, team_id, type`,
    params,
  );
  return rows.map((row) => ({ eventId: String(row.event_id), teamId: String(row.team_id), type: String(row.type) }));
}

export async function pruneReplays(store: Store, beforeMs: number): Promise<number> {
  return await store.run(`delete from replay where state <> 'running' and asked_at_ms < $1`, [beforeMs]);
}

function toReplay(row: Row): Replay {
  return {
    id: Number(row.id),
    filter: filterFromJson(row.filter),
    who: String(row.who),
    askedAtMs: Number(row.asked_at_ms),
    total: Number(row.total),
    replayed: Number(row.replayed),
    state: row.state as ReplayState,
    endedAtMs: row.ended_at_ms === null || row.ended_at_ms === undefined ? null : Number(row.ended_at_ms),
    uptoSeq: Number(row.upto_seq),
    afterSeq: Number(row.after_seq),
  };
}
