-- compatible: servers of before leave told_name as it is, and their successor compares it.
-- Under which name the hooks know a team; null: under none yet.
alter table team add column told_name text collate "C";

update team set told_name = name where told_key = installation_key;
