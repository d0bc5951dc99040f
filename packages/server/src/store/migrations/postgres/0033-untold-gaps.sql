-- compatible: a column that may be null, of which earlier versions know nothing
-- Of the slots for sockets: times in which the app had no socket that no hook was told of yet (a JSON list), as the next owner tells them
-- when this one dies before it has.
alter table shard add column untold_gaps text collate "C";
