-- Installations that were deleted lately: a row that is gone changes no more, and this is how other processes see it. seq is drawn like
-- the changed_seq of rows.
create table purged_installation (
  installation_key text not null primary key,
  install integer not null,
  seq integer not null,
  purged_at_ms integer not null
) strict, without rowid;

create index purged_installation_seq on purged_installation (seq);
