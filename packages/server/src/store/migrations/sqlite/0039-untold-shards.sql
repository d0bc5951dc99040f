-- compatible: a column of which earlier versions know nothing
-- As on PostgreSQL, where the owners of shards change.
alter table shard add column untold_since text;
