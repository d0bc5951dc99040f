-- What the hooks were told of an installation, and of the access of its workspaces: written by its owner when they have settled, so that
-- the next owner tells what was missed and nothing twice. Null: nothing yet.
alter table installation add column told_install integer;
alter table installation add column told_status text;
alter table installation add column told_reason text;
-- told_key: as a workspace of which installation.
alter table team add column told_key text;
alter table team add column told_access text;

-- Of what is there already the hooks of an earlier version were told, or nobody will be.
update installation set told_install = install, told_status = status, told_reason = reason;
update team set told_key = installation_key, told_access = access;
