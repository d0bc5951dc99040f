-- compatible: columns that may be null, of which earlier versions know nothing
-- Since when nobody serves a shard, or did before its present owner: written when it is given back, and when its owner's lease is found
-- to be over (then it is the last sign of life). What came to its teams from then on the next owner has not heard.
alter table shard add column unserved_since timestamptz;

-- Of the slots for sockets (256 and above): since when the slot has no socket, in milliseconds by the clock of the node that had one; -1
-- until the first one is open, null while one is. The app is without a connection when no slot has one.
alter table shard add column socket_lost_at_ms bigint;
