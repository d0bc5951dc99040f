-- compatible: new tables and indexes, and a column that older servers leave null
-- For what operators ask: team/team-search-repository.ts, inbox/search/, reports/.

-- Where in the code of the bot an event broke.
alter table inbox add column error_at text collate "C";

-- Lists of teams go by installation, then by team. (Without search, unlike SQLite's: a name can be longer than an index row.)
create index team_place on team (installation_key, team_id);

-- What each process tells of itself; see reports/process-report.ts.
create table process_report (
  node text collate "C" not null primary key,
  told_at_ms bigint not null,
  facts text collate "C" not null
);

create table connection_report (
  installation_key text collate "C" not null primary key,
  node text collate "C" not null,
  state text collate "C" not null,
  reason text collate "C" not null,
  attempt integer not null,
  since_ms bigint not null,
  retry_at_ms bigint
);

create index connection_report_state on connection_report (state, installation_key);

create table rate_limit (
  installation_key text collate "C" not null,
  method text collate "C" not null,
  hits bigint not null,
  last_at_ms bigint not null,
  retry_after_ms bigint not null,
  until_ms bigint not null,
  primary key (installation_key, method)
);

create index rate_limit_newest on rate_limit (last_at_ms, installation_key, method);
