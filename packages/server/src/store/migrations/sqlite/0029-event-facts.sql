-- What became of events that were not simply handled: failures, drops, repeats, and what was not taken. For operators who ask why; ids,
-- codes and times, never a text. details is JSON. Bounded by age and by number.
create table event_fact (
  id integer primary key autoincrement,
  at_ms integer not null,
  node text not null,
  kind text not null,
  event_id text,
  team_id text,
  type text,
  channel text,
  ts text,
  details text not null
) strict;

create index event_fact_event on event_fact (event_id) where event_id is not null;
create index event_fact_message on event_fact (channel, ts) where channel is not null;
create index event_fact_team on event_fact (team_id) where team_id is not null;
create index event_fact_age on event_fact (at_ms);
