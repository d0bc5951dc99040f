-- compatible: columns that may be null, of which earlier versions know nothing
-- Since when nobody served a shard before its owner, or before an owner before that one which did not get to say it, from the claim until rows of
-- its installations say it. Means nothing unless untold_epoch is the shard's: earlier versions claim without it.
alter table shard add column untold_since timestamptz;
alter table shard add column untold_epoch bigint;
