-- What a node has learned of an installation that another node judges: taken and deleted by the owner. One row per subject, of which
-- the last word counts; content is JSON and holds no token.
create table hint (
  installation_key text collate "C" not null references installation (key) on delete cascade,
  subject text collate "C" not null,
  content text collate "C" not null,
  primary key (installation_key, subject)
);

-- Whether there are hints, so that the owner need not ask for each row.
alter table installation add column has_hints integer not null default 0;
