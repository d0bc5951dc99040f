-- What operators did: a row is there before an operation changes anything, and says afterwards what came of it. input, state_before,
-- state_after and result are JSON without secrets. Rows outlive the team that they are about.
create table audit (
  seq integer primary key autoincrement,
  at_ms integer not null,
  ended_at_ms integer,
  who text not null,
  origin text not null,
  operation text not null,
  team_id text,
  input text not null,
  outcome text not null default 'begun' check (outcome in ('begun', 'done', 'failed')),
  error_code text,
  state_before text,
  state_after text,
  result text
) strict;

create index audit_age on audit (at_ms);
create index audit_team on audit (team_id, seq) where team_id is not null;
