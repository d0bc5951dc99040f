-- compatible: a column that may be null, of which earlier versions know nothing
-- Since when nobody served a shard before its owner, from the claim until the rows of its installations say it: an owner that dies before that
-- leaves its successor the whole time.
alter table shard add column untold_since timestamptz;
