-- One row, locked by every verdict: the verdict and its count are one transaction.
create table breaker (
  id integer primary key check (id = 1),
  verdicts integer not null default 0,
  tripped_at_ms integer
) strict;

insert into breaker (id) values (1);

-- Deactivations of the last two minutes that Slack's errors led to.
create table breaker_count (
  installation_key text not null primary key references installation (key) on delete cascade,
  at_ms integer not null
) strict, without rowid;

-- Set for what was held, or deactivated just before: asked again until an answer comes.
alter table installation add column incident_since_ms integer;
alter table installation add column incident_probes integer not null default 0;
alter table installation add column incident_proofs integer not null default 0;

create index installation_incident on installation (key) where incident_since_ms is not null;
create index installation_held on installation (key) where doubt = 'held';
