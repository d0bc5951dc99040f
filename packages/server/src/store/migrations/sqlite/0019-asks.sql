-- For what operators ask: team/team-search-repository.ts, inbox/search/, reports/.

-- Where in the code of the bot an event broke.
alter table inbox add column error_at text;

-- Lists of teams go by installation, then by team, and look at search without the rest of the row; this does what team_installation did as well.
create index team_place on team (installation_key, team_id, search);
drop index team_installation;
-- What lists of teams are narrowed by, without the rest of the row.
create index installation_asked on installation
  (key, status, reason, doubt, doubt_code, since_ms, doubt_since_ms, installed_at_ms, app_id, enterprise_id, incident_since_ms);

-- What each process tells of itself; see reports/process-report.ts.
create table process_report (
  node text not null primary key,
  told_at_ms integer not null,
  facts text not null
) strict, without rowid;

create table connection_report (
  installation_key text not null primary key,
  node text not null,
  state text not null,
  reason text not null,
  attempt integer not null,
  since_ms integer not null,
  retry_at_ms integer
) strict, without rowid;

create index connection_report_state on connection_report (state, installation_key);

create table rate_limit (
  installation_key text not null,
  method text not null,
  hits integer not null,
  last_at_ms integer not null,
  retry_after_ms integer not null,
  until_ms integer not null,
  primary key (installation_key, method)
) strict, without rowid;

create index rate_limit_newest on rate_limit (last_at_ms, installation_key, method);
