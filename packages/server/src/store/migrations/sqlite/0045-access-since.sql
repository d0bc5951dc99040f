-- compatible: a column that may be null, of which earlier versions know nothing
-- Since when a workspace of an organization has no access; means nothing while it has, also where an earlier version gave that and left it.
alter table team add column access_since_ms integer;

-- The timeline of its organization names it, as long as it goes back; of many workspaces that lost access at once it names a few.
update team set access_since_ms = (
  select max(at_ms) from timeline where timeline.installation_key = team.installation_key and kind = 'access_revoked'
    and instr(replace(facts, '"', ' '), ' ' || team_id || ' ') > 0
) where access = 'revoked';
