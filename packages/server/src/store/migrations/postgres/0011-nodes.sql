-- Which processes serve the database, and which of them owns which part of the work; see ownership/. Times of leases are this
-- database's own (clock_timestamp()), the only clock that all nodes share.

-- A row is a lease: who may act until expires_at, unless it renews. request is what an operator asks of the node. facts are for people.
create table node (
  id text collate "C" not null primary key,
  host text collate "C" not null,
  pid integer not null,
  package_version text collate "C" not null,
  schema_version integer not null,
  state text collate "C" not null check (state in ('ready', 'settling', 'draining', 'keyless')),
  request text collate "C" check (request in ('drain')),
  seals_with text collate "C" not null,
  facts text collate "C" not null default '{}',
  started_at timestamptz not null default clock_timestamp(),
  renewed_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);

-- 0 to 255: installations; from 256 on: Socket Mode connections of the app. The reference frees the shards of a node whose row is
-- deleted, by whomever, and lets no shard be claimed for a node that is gone; no snapshot of another statement decides that.
-- is_clean: the owner before gave it back, and did not die. had_died: what was so when the present owner took it.
create table shard (
  shard integer not null primary key check (shard between 0 and 260),
  owner text collate "C" references node (id) on delete set null,
  epoch bigint not null default 0,
  is_clean integer not null default 1,
  had_died integer not null default 0
);

create index shard_owner on shard (owner);

insert into shard (shard) select generate_series(0, 260);

-- The oldest version of the schema whose servers can work with this one; see migration-files.ts.
alter table meta add column oldest_reader integer not null default 11;
