-- compatible: a column that may be null, of which earlier versions know nothing
-- The organization whose list has the workspace while an installation of its own keeps it; null where none has. Every node keeps the
-- workspace's events when its own installation ends, until the organization has taken it over.
alter table team add column contested_by text collate "C";
create index team_contested on team (contested_by) where contested_by is not null;
