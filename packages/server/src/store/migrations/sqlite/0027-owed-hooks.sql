-- compatible: columns of which earlier versions know nothing
-- What the hooks are still to be told when the process that wrote it died before it told: of a purge the teams (a JSON list; null: told,
-- or nothing to tell), of an incident whether it is on, as they were told last.
alter table purged_installation add column untold text;
alter table breaker add column told integer not null default 0;
update breaker set told = 1 where tripped_at_ms is not null;
