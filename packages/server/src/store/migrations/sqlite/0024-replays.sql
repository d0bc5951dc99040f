-- Failed events that are to be run again, many of them: a running server takes them a few at a time. filter is JSON. Rows of the inbox
-- carry the last replay that took them, so that one that fails again is not taken twice.
create table replay (
  id integer primary key autoincrement,
  filter text not null,
  who text not null,
  asked_at_ms integer not null,
  total integer not null,
  upto_seq integer not null,
  after_seq integer not null default 0,
  replayed integer not null default 0,
  state text not null default 'running' check (state in ('running', 'done', 'cancelled')),
  ended_at_ms integer
) strict;

create index replay_running on replay (id) where state = 'running';

alter table inbox add column replay_id integer;
