-- compatible: a column that may be null, of which earlier versions know nothing
-- Since when a team was not heard (wall clock) without a hook having been told of it: its next owner tells it, when this one dies before.
alter table installation add column untold_gap_since_ms bigint;
