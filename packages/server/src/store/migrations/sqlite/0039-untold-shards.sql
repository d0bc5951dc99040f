-- compatible: columns of which earlier versions know nothing
-- As on PostgreSQL, where the owners of shards change; of the first shard it is that of the database.
alter table shard add column untold_since text;
alter table shard add column untold_epoch integer;
