-- compatible: a new table, of which earlier versions know nothing
-- Addresses from which a right token of the admin API came: these are let in by it, whatever strangers behind the same proxy try.
create table admin_proof (
  address text collate "C" not null primary key,
  proved_ms bigint not null
);
