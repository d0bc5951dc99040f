-- Installations that were deleted lately: a row that is gone changes no more, and this is how other processes see it. seq is drawn like
-- the changed_seq of rows.
create table purged_installation (
  installation_key text collate "C" not null primary key,
  install bigint not null,
  seq bigint not null,
  purged_at_ms bigint not null
);

create index purged_installation_seq on purged_installation (seq);
