-- compatible: columns of which earlier versions know nothing
-- As on PostgreSQL, where the owners of shards change.
alter table shard add column unserved_since text;
alter table shard add column socket_lost_at_ms integer;
