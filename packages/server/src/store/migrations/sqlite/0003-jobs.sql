-- One row per run of a job: its name and the time for which it was planned. Whoever inserts the row runs it; one that is
-- still running although its owner is gone runs again.
create table job_slot (
  name text not null,
  slot_ms integer not null,
  owner text not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  started_at_ms integer not null,
  ended_at_ms integer,
  error text,
  primary key (name, slot_ms)
) strict, without rowid;

-- A job never overlaps itself, whoever runs it.
create unique index job_slot_running on job_slot (name) where state = 'running';

-- When a job that runs for each team last ran for it, or was to run first; see jobs/team-job.ts.
create table job_team (
  name text not null,
  team_id text not null references team (team_id) on delete cascade,
  last_run_ms integer not null,
  primary key (name, team_id)
) strict, without rowid;

create index job_team_team on job_team (team_id);
