-- Accepted events come in batches: one row for all events of a commit, because a row and an index entry for each cost more than
-- all else. An event that is not done within seconds, or fails, moves to a row of its own in inbox.
-- entries: JSON, [event_id, team_id, order_key, type, size of the body in bytes] each; the size alone for one that moved or was
-- purged.
-- The event at place n has the seq first_seq + n.
create table inbox_batch (
  first_seq integer primary key,
  size integer not null,
  received_at_ms integer not null,
  entries text not null
) strict;

-- The bodies one after the other; here as long as one of the batch is not done.
create table inbox_batch_payload (
  first_seq integer primary key,
  bodies blob not null
) strict;

-- Which events of a batch are done while others are not: a byte each.
create table inbox_batch_done (
  first_seq integer primary key,
  done blob not null
) strict;
