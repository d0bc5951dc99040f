/** When each job last ran for each team. Rows of a team go with the team's own row. */
import type { Queries, Row, Store } from '../store/store.ts';

/** A team and the time from which its next run is counted. */
export interface TeamRun {
  teamId: string;
  lastRunMs: number;
}

/** Such a time, and with which run it changed. */
export interface WrittenRun extends TeamRun {
  /** When that run began; undefined: there was none, only the time was corrected. */
  ranAtMs?: number | undefined;
}

export interface JobTeams {
  /** @param teamIds Only these. @defaultValue all */
  list(name: string, teamIds?: readonly string[]): Promise<TeamRun[]>;
  /** Writes newcomers; those that are known stay as they are, and teams that are gone are left out. */
  admit(name: string, runs: readonly TeamRun[]): Promise<void>;
  /** Writes a run; does nothing for a team that is gone. */
  record(name: string, run: WrittenRun): Promise<void>;
}

/** Rows per statement: two parameters each, and one statement must not hold up events. */
const PAGE = 100;

export function createJobTeams({ store }: { store: Store }): JobTeams {
  return {
    async list(name, teamIds) {
      const sql = 'select team_id, last_run_ms from job_team where name = $1';
      if (!teamIds) return toRuns(await store.all(sql, [name]));
      const runs: TeamRun[] = [];
      for (let from = 0; from < teamIds.length; from += PAGE) {
        const page = teamIds.slice(from, from + PAGE);
        const numbered = page.map((_, index) => `$${index + 2}`).join(', ');
        runs.push(...toRuns(await store.all(`${sql} and team_id in (${numbered})`, [name, ...page])));
      }
      return runs;
    },
    async admit(name, runs) {
      for (let from = 0; from < runs.length; from += PAGE) {
        const page = runs.slice(from, from + PAGE);
        await store.run(`${insertText(page.length)} do nothing`, [
          name,
          ...page.flatMap(({ teamId, lastRunMs }) => [teamId, lastRunMs]),
        ]);
      }
    },
    async record(name, { teamId, lastRunMs, ranAtMs }) {
      const sql = `insert into job_team (name, team_id, last_run_ms, ran_at_ms)
        select cast($1 as text), team_id, cast($3 as bigint), cast($4 as bigint) from team where team_id = $2
        on conflict (name, team_id) do update set last_run_ms = excluded.last_run_ms,
          ran_at_ms = coalesce(excluded.ran_at_ms, job_team.ran_at_ms)`;
      await store.run(sql, [name, teamId, lastRunMs, ranAtMs ?? null]);
    },
  };
}

function toRuns(rows: readonly Row[]): TeamRun[] {
  return rows.map((row) => ({ teamId: String(row.team_id), lastRunMs: Number(row.last_run_ms) }));
}

function insertText(rows: number): string {
  const values = Array.from(
    { length: rows },
    (_, row) => `(cast($${2 * row + 2} as text), cast($${2 * row + 3} as bigint))`,
  );
  return `insert into job_team (name, team_id, last_run_ms)
    select cast($1 as text), column1, column2 from (values ${values.join(', ')}) as given
    where column1 in (select team_id from team) on conflict (name, team_id)`;
}

/** A job that runs for each team, as it stands with one of them. */
export interface JobOfTeam {
  name: string;
  /** Null: it has not run for the team yet. */
  ranAtMs: number | null;
  /** It was to run now, and has not begun. */
  isAsked: boolean;
}

/** By name. Of an organization's key none. */
export async function jobsOfTeam(reads: Queries, teamId: string): Promise<JobOfTeam[]> {
  const sql = 'select name, last_run_ms, ran_at_ms from job_team where team_id = $1 order by name';
  return (await reads.all(sql, [teamId])).map((row) => ({
    name: String(row.name),
    ranAtMs: row.ran_at_ms === null ? null : Number(row.ran_at_ms),
    isAsked: Number(row.last_run_ms) === 0,
  }));
}
