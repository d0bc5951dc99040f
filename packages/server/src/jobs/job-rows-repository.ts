/** The jobs that servers have registered, and what operators wish of them: one statement per question. */
import { readJson } from '../read-json.ts';
import type { Row, Store } from '../store/store.ts';
import type { JobInterval, JobSchedule } from './schedule.ts';

/** A job as a server knows it. */
export interface JobFacts {
  name: string;
  schedule: JobSchedule | JobInterval;
  isPerTeam: boolean;
}

/** What operators wish of it. */
export interface JobWish {
  /** Since then it begins nothing; null: it is not paused. */
  pausedAtMs: number | null;
  /** It is to run now, once, under this slot. */
  runAtMs: number | null;
  /** How often it was to run for teams; the last time for `runTeamId`, null = for all. */
  runSeq: number;
  runTeamId: string | null;
}

/** What something else has written in its place is no schedule: whoever makes one of it hears that. */
export interface JobRow extends JobFacts, JobWish {
  /** When a server last said that it has it. */
  seenAtMs: number;
}

/** One run of a job of `every`. */
export interface JobRunRow {
  slotMs: number;
  owner: string;
  state: 'running' | 'done' | 'failed';
  startedAtMs: number;
  endedAtMs: number | null;
  error: string | null;
}

/** For how many teams a job of `everyTeam` is known, for how many it has run, and when each of these last did: the first and the last. */
export interface JobTeamsSummary {
  teams: number;
  ran: number;
  oldestMs: number | null;
  newestMs: number | null;
}

/** Rows written with one statement: it must not hold up events. */
const PAGE = 1_000;

export async function registerJob(
  store: Store,
  { name, schedule, isPerTeam }: JobFacts,
  seenAtMs: number,
): Promise<void> {
  await store.run(
    `insert into job (name, schedule, is_per_team, seen_at_ms) values ($1, $2, $3, $4)
     on conflict (name) do update set schedule = excluded.schedule, is_per_team = excluded.is_per_team,
       seen_at_ms = excluded.seen_at_ms`,
    [name, JSON.stringify(schedule), isPerTeam ? 1 : 0, seenAtMs],
  );
}

/** All, by name. */
export async function readJobs(store: Store): Promise<JobRow[]> {
  return (await store.all('select * from job order by name')).map(toJob);
}

export async function findJob(store: Store, name: string): Promise<JobRow | undefined> {
  const row = await store.get('select * from job where name = $1', [name]);
  return row && toJob(row);
}

/** The request is carried out, unless there is another one by now. */
export async function clearRun(store: Store, { name, runAtMs }: { name: string; runAtMs: number }): Promise<void> {
  await store.run('update job set run_at_ms = null where name = $1 and run_at_ms = $2', [name, runAtMs]);
}

/** Answers whether that changed anything. */
export async function setPaused(store: Store, name: string, pausedAtMs: number | null): Promise<boolean> {
  const changed =
    pausedAtMs === null
      ? await store.run('update job set paused_at_ms = null where name = $1 and paused_at_ms is not null', [name])
      : await store.run('update job set paused_at_ms = $2 where name = $1 and paused_at_ms is null', [
          name,
          pausedAtMs,
        ]);
  return changed > 0;
}

/** A run that was asked for and not begun yet stays the one. */
export async function askRun(store: Store, { name, atMs }: { name: string; atMs: number }): Promise<void> {
  await store.run('update job set run_at_ms = coalesce(run_at_ms, $2) where name = $1', [name, atMs]);
}

/** Teams for which a job runs. Those that are inactive, suspended or without access are passed over: nobody wants it once they return. */
const RUNNABLE = `team join installation on installation.key = team.installation_key
  where installation.status = 'active' and team.access = 'granted'`;

/** For how many teams a job per team would run; of one that is named 0 or 1. */
export async function countRunnable(store: Store, teamId?: string): Promise<number> {
  const isNamed = teamId === undefined ? '' : 'and team.team_id = $1';
  const sql = `select count(*) as teams from ${RUNNABLE} ${isNamed}`;
  return Number((await store.get(sql, teamId === undefined ? [] : [teamId]))?.teams);
}

/**
 * Makes it due for a team, or for all, of those that are active: their last run was never. Owners read these rows again when `run_seq`
 * has changed, and at their start. Answers for how many.
 */
export async function askTeamRuns(
  store: Store,
  { name, teamId, onPage }: { name: string; teamId: string | null; onPage: (teams: number) => void },
): Promise<number> {
  const due = `on conflict (name, team_id) do update set last_run_ms = 0`;
  const bump = 'update job set run_seq = run_seq + 1, run_team_id = $2 where name = $1';
  if (teamId !== null) {
    const sql = `insert into job_team (name, team_id, last_run_ms)
      select cast($1 as text), team.team_id, 0 from ${RUNNABLE} and team.team_id = $2 ${due}`;
    const teams = await store.run(sql, [name, teamId]);
    if (teams > 0) await store.run(bump, [name, teamId]);
    return teams;
  }
  let teams = 0;
  for (let after: string | null = ''; after !== null; ) {
    const page: Row[] = await store.all(
      `insert into job_team (name, team_id, last_run_ms)
       select cast($1 as text), team_id, 0 from
         (select team.team_id from ${RUNNABLE} and team.team_id > $2 order by team.team_id limit ${PAGE}) as page
       where true ${due} returning team_id`,
      [name, after],
    );
    teams += page.length;
    onPage(teams);
    after = page.length < PAGE ? null : page.map((row) => String(row.team_id)).reduce((a, b) => (a > b ? a : b));
  }
  await store.run(bump, [name, null]);
  return teams;
}

/** The newest first. */
export async function lastRuns(store: Store, name: string, limit: number): Promise<JobRunRow[]> {
  const sql = 'select * from job_slot where name = $1 order by slot_ms desc limit $2';
  return (await store.all(sql, [name, limit])).map((row) => ({
    slotMs: Number(row.slot_ms),
    owner: String(row.owner),
    state: row.state as JobRunRow['state'],
    startedAtMs: Number(row.started_at_ms),
    endedAtMs: numberOrNull(row.ended_at_ms),
    error: typeof row.error === 'string' ? row.error : null,
  }));
}

export async function summarizeTeams(store: Store, name: string): Promise<JobTeamsSummary> {
  const row = await store.get(
    `select count(*) as teams, count(ran_at_ms) as ran, min(ran_at_ms) as oldest, max(ran_at_ms) as newest
     from job_team where name = $1`,
    [name],
  );
  return {
    teams: Number(row?.teams),
    ran: Number(row?.ran),
    oldestMs: numberOrNull(row?.oldest),
    newestMs: numberOrNull(row?.newest),
  };
}

/** Forgets jobs that no server has had since; a paused one is remembered, because its bot may come back. */
export async function pruneJobs(store: Store, beforeMs: number): Promise<number> {
  return await store.run('delete from job where seen_at_ms < $1 and paused_at_ms is null', [beforeMs]);
}

function toJob(row: Row): JobRow {
  return {
    name: String(row.name),
    schedule: readJson(row.schedule) as JobSchedule,
    isPerTeam: Number(row.is_per_team) === 1,
    seenAtMs: Number(row.seen_at_ms),
    pausedAtMs: numberOrNull(row.paused_at_ms),
    runAtMs: numberOrNull(row.run_at_ms),
    runSeq: Number(row.run_seq),
    runTeamId: typeof row.run_team_id === 'string' ? row.run_team_id : null,
  };
}

function numberOrNull(value: Row[string] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
