-- compatible: a table of which earlier versions know nothing
-- What each process did in a minute, for charts that outlive it; a day and an hour are kept, see reports/minute-report.ts.
create table minute_report (
  at_ms integer not null,
  node text not null,
  facts text not null,
  primary key (at_ms, node)
) strict, without rowid;
