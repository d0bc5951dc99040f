-- The enterprise of an installation: the installation's own for an org-wide one, the workspace's otherwise, null where there is none.
alter table installation add column enterprise_id text;
update installation set enterprise_id = key where is_enterprise = 1;
create index installation_of_enterprise on installation (enterprise_id) where enterprise_id is not null;
