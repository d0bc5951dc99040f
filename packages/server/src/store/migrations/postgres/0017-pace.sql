-- Paces that Slack sees from all nodes together: connects, probes, refreshes. next_at is when the next turn is free, on this database's
-- clock; nodes draw turns in blocks.
create table pace (
  name text collate "C" not null primary key,
  next_at timestamptz not null default clock_timestamp()
);

insert into pace (name) values ('connect'), ('probe'), ('refresh');

-- Who drew lately: a node that cannot reach the database goes on with its part.
create table pace_node (
  name text collate "C" not null,
  node text collate "C" not null,
  drawn_at timestamptz not null,
  primary key (name, node)
);
