-- compatible: a column that may be null, of which earlier versions know nothing
-- When the job last began a run for the team. Null: it has not, or none since this column was added. last_run_ms, from which the next run is
-- counted, is there before the first run as well.
alter table job_team add column ran_at_ms bigint;
