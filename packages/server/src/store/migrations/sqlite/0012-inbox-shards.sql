-- The shard of an event is that of the installation that has its team; until now it was computed from the team alone, which differs
-- for the workspaces of an organization. Read by whoever takes the events over to PostgreSQL; one process reads them all here.
update inbox set shard = (select i.shard from team t join installation i on i.key = t.installation_key where t.team_id = inbox.team_id)
where state <> 'done' and team_id in (select team_id from team);

create index inbox_kept on inbox (team_id) where state in ('retry', 'failed');

-- A team that comes to another installation takes its events along, whatever writes its row.
create trigger team_moved after update of installation_key on team when new.installation_key <> old.installation_key begin
  update inbox set shard = (select shard from installation where key = new.installation_key)
  where state = 'ready' and team_id = new.team_id;
  update inbox set shard = (select shard from installation where key = new.installation_key)
  where state in ('retry', 'failed') and team_id = new.team_id;
end;
create trigger team_joined after insert on team when new.installation_key <> new.team_id begin
  update inbox set shard = (select shard from installation where key = new.installation_key)
  where state = 'ready' and team_id = new.team_id;
  update inbox set shard = (select shard from installation where key = new.installation_key)
  where state in ('retry', 'failed') and team_id = new.team_id;
end;
