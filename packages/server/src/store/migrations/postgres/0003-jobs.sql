-- One row per run of a job: its name and the time for which it was planned. Whoever inserts the row runs it; one that is
-- still running although its owner is gone runs again.
create table job_slot (
  name text collate "C" not null,
  slot_ms bigint not null,
  owner text collate "C" not null,
  state text collate "C" not null default 'running' check (state in ('running', 'done', 'failed')),
  started_at_ms bigint not null,
  ended_at_ms bigint,
  error text collate "C",
  primary key (name, slot_ms)
);

-- A job never overlaps itself, whoever runs it.
create unique index job_slot_running on job_slot (name) where state = 'running';

-- When a job that runs for each team last ran for it, or was to run first; see jobs/team-job.ts.
create table job_team (
  name text collate "C" not null,
  team_id text collate "C" not null references team (team_id) on delete cascade,
  last_run_ms bigint not null,
  primary key (name, team_id)
);

create index job_team_team on job_team (team_id);
