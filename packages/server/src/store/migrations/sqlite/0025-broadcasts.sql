-- Messages to many teams. message is JSON (text, blocks), query what of the teams was asked for. A broadcast is filling while its teams
-- are written, and begins when it is running.
create table broadcast (
  id integer primary key autoincrement,
  message text not null,
  query text not null,
  per_minute integer not null,
  who text not null,
  asked_at_ms integer not null,
  state text not null default 'filling' check (state in ('filling', 'running', 'done', 'cancelled')),
  ended_at_ms integer
) strict;

create index broadcast_running on broadcast (id) where state = 'running';

-- target: a channel or a person. sending: owner is about to post it, or died meanwhile.
create table broadcast_team (
  broadcast_id integer not null references broadcast (id) on delete cascade,
  team_id text not null,
  shard integer not null,
  target text,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed', 'skipped')),
  owner text,
  attempts integer not null default 0,
  channel text,
  ts text,
  error text,
  at_ms integer,
  primary key (broadcast_id, team_id)
) strict, without rowid;

create index broadcast_team_open on broadcast_team (broadcast_id, team_id) where state in ('waiting', 'sending');

-- Who pressed Allow the last time, as far as Slack said it.
alter table installation add column installed_by text;
