-- The same tables as on PostgreSQL, where several processes share the work; here one process owns every shard in epoch 1, for ever.
create table node (
  id text not null primary key,
  host text not null,
  pid integer not null,
  package_version text not null,
  schema_version integer not null,
  state text not null check (state in ('ready', 'settling', 'draining', 'keyless')),
  request text check (request in ('drain')),
  seals_with text not null,
  facts text not null default '{}',
  started_at text,
  renewed_at text,
  expires_at text
) strict;

create table shard (
  shard integer not null primary key check (shard between 0 and 260),
  owner text references node (id) on delete set null,
  epoch integer not null default 1,
  is_clean integer not null default 1,
  had_died integer not null default 0
) strict;

create index shard_owner on shard (owner);

with recursive series (shard) as (select 0 union all select shard + 1 from series where shard < 260)
insert into shard (shard) select shard from series;

alter table meta add column oldest_reader integer not null default 11;
