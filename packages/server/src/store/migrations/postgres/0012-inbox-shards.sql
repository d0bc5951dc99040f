-- The shard of an event is that of the installation that has its team; until now it was computed from the team alone, which differs
-- for the workspaces of an organization. A team that moves later takes its events along when their owner sees it: another node
-- would begin again what that one still runs, so unlike on SQLite it does not happen with the row of the team.
update inbox set shard = i.shard from team t join installation i on i.key = t.installation_key
where t.team_id = inbox.team_id and state <> 'done' and inbox.shard <> i.shard;

-- Each node reads its own shards.
drop index inbox_ready;
create index inbox_ready on inbox (shard, team_id, seq) where state = 'ready';
create index inbox_lifecycle on inbox (received_at_ms) where type in ('app_uninstalled', 'tokens_revoked');
