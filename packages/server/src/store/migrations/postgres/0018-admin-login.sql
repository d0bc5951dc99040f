-- Attempts to log in to the admin API, by address, since the first of them. An address that is right is forgotten.
create table admin_login (
  address text collate "C" not null primary key,
  attempts integer not null,
  since_ms bigint not null
);
