-- compatible: a new table, of which servers of the version before know nothing; those run jobs that are paused.
-- Jobs that servers have registered, and what operators wish of them. schedule is JSON, as the bot gave it. A job with paused_at_ms
-- begins nothing. run_at_ms: it is to run now, under this slot, once. run_seq counts how often it was to run for teams (their rows in
-- job_team say so, too), the last time for run_team_id, null = for all.
create table job (
  name text collate "C" not null primary key,
  schedule text collate "C" not null,
  is_per_team integer not null check (is_per_team in (0, 1)),
  seen_at_ms bigint not null,
  paused_at_ms bigint,
  run_at_ms bigint,
  run_seq bigint not null default 0,
  run_team_id text collate "C"
);
