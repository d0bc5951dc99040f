-- The rows that say what should be. Times are milliseconds since the Unix epoch; lists and facts are JSON.

-- One row. change_counter orders all changes: it is drawn as the last step of a transaction.
create table meta (
  id integer primary key check (id = 1),
  schema_version integer not null,
  app_id text,
  key_fingerprint text,
  change_counter integer not null default 0
) strict;

insert into meta (id, schema_version) values (1, 0);

create table installation (
  key text not null primary key,
  app_id text,
  is_enterprise integer not null check (is_enterprise in (0, 1)),
  status text not null check (status in ('active', 'suspended', 'inactive')),
  reason text,
  since_ms integer,
  doubt text not null default 'none' check (doubt in ('none', 'confirming', 'held')),
  doubt_code text,
  doubt_since_ms integer,
  install integer not null,
  refresh integer not null,
  request text check (request in ('probe', 'restart')),
  request_seq integer,
  changed_seq integer not null,
  shard integer not null check (shard between 0 and 255),
  created_at_ms integer not null,
  installed_at_ms integer not null
) strict, without rowid;

create index installation_changed on installation (changed_seq);
create index installation_status on installation (status, key);
create index installation_enterprise on installation (key) where is_enterprise = 1;

-- token and refresh_token are sealed (see installation/sealing.ts); user_id is empty for the bot.
create table credential (
  installation_key text not null references installation (key) on delete cascade,
  kind text not null check (kind in ('bot', 'user')),
  user_id text not null,
  install integer not null,
  refresh integer not null,
  token blob not null,
  refresh_token blob,
  scopes text not null,
  expires_at_ms integer,
  primary key (installation_key, kind, user_id)
) strict, without rowid;

-- search is the lower-case text in which an operator looks for a team.
create table team (
  team_id text not null primary key,
  installation_key text not null references installation (key) on delete cascade,
  access text not null check (access in ('granted', 'revoked')),
  name text,
  domain text,
  bot_user_id text,
  bot_id text,
  search text not null
) strict, without rowid;

create index team_installation on team (installation_key, search);

create table timeline (
  id integer primary key autoincrement,
  installation_key text not null references installation (key) on delete cascade,
  at_ms integer not null,
  kind text not null,
  facts text not null
) strict;

create index timeline_installation on timeline (installation_key, id);

-- A state of OAuth that was used; result is what its second visitor is shown.
create table oauth_use (
  state_hash text not null primary key,
  used_at_ms integer not null,
  result text
) strict, without rowid;

create index oauth_use_age on oauth_use (used_at_ms);

-- Documents of the bot. They outlive their installation until the team is purged.
create table data (
  team_id text not null,
  key text not null,
  version integer not null,
  value text not null,
  updated_at_ms integer not null,
  primary key (team_id, key)
) strict;
