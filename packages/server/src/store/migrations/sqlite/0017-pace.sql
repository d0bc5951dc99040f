-- Paces that nodes share on PostgreSQL. One process has an SQLite database to itself, so nothing is written here.
create table pace (
  name text not null primary key,
  next_at text not null default ''
) strict, without rowid;

create table pace_node (
  name text not null,
  node text not null,
  drawn_at text not null,
  primary key (name, node)
) strict, without rowid;
