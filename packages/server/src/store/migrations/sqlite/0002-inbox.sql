-- Accepted events. A payload is dropped when its event is done; the id stays, so that a redelivery is recognised.
-- state: ready (in the order of seq), retry (out of order, due at run_at_ms), done, failed (kept for replay).
create table inbox (
  seq integer primary key autoincrement,
  event_id text not null,
  shard integer not null,
  team_id text not null,
  order_key text,
  type text not null,
  payload blob,
  state text not null default 'ready' check (state in ('ready', 'retry', 'done', 'failed')),
  attempts integer not null default 0,
  takeovers integer not null default 0,
  run_at_ms integer not null default 0,
  alone_at_ms integer,
  lone_deaths integer not null default 0,
  error_code text,
  error text,
  received_at_ms integer not null
) strict;

create unique index inbox_event on inbox (event_id);
create index inbox_ready on inbox (team_id, seq) where state = 'ready';
create index inbox_retry on inbox (run_at_ms) where state = 'retry';
create index inbox_failed on inbox (seq) where state = 'failed';

-- Set while a process hands out events; still set at the next start, it died with some of them unfinished.
alter table meta add column inbox_owner text;
