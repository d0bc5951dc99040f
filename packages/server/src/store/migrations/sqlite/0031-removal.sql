-- compatible: a column that older servers leave null; until a server of this version owns the installation the request waits
-- The install that an operator wants removed with all its data; null, or an earlier one, when nobody does: a re-install wins.
alter table installation add column removal_install integer;
