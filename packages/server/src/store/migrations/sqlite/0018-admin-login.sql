-- Attempts to log in to the admin API, by address, since the first of them. An address that is right is forgotten.
create table admin_login (
  address text not null primary key,
  attempts integer not null,
  since_ms integer not null
) strict, without rowid;
