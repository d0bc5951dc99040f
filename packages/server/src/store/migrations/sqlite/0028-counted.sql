-- Counts of installations by their state need no row: SQLite would sort a hundred thousand of them.
create index installation_counted on installation
  (is_enterprise, status, doubt, reason, doubt_code, since_ms, doubt_since_ms, installed_at_ms, app_id, enterprise_id, incident_since_ms);
