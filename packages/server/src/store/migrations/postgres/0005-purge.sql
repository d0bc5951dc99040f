-- The highest install number that was ever purged. New installations count on from it, so that no version comes back: a
-- token or an answer of a purged installation must not pass for one of the installation that follows it.
alter table meta add column purged_install bigint not null default 0;
