-- compatible: indexes
-- What lists of teams are narrowed by, and counts of installations by their state, without the rows, as SQLite has them: a filter that few
-- match walks a hundred thousand installations.
create index installation_asked on installation (key)
  include (status, reason, doubt, doubt_code, since_ms, doubt_since_ms, installed_at_ms, app_id, enterprise_id, incident_since_ms);
create index installation_counted on installation (status, doubt, reason, doubt_code) where is_enterprise = 0;
