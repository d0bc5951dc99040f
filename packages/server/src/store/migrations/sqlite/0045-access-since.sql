-- compatible: a column that may be null, of which earlier versions know nothing
-- Since when a workspace of an organization has no access; means nothing while it has, also where an earlier version gave that and left it.
alter table team add column access_since_ms integer;

-- The timeline of its organization names it, as long as it goes back, unless it had access again since then. Of many workspaces at once an entry
-- names ten, with nine spaces between them: such a one may have been of this workspace, too.
update team set access_since_ms = (
  select max(at_ms) from timeline lost where lost.installation_key = team.installation_key and lost.kind = 'access_revoked'
    and instr(replace(lost.facts, '"', ' '), ' ' || team.team_id || ' ') > 0
    and not exists (
      select 1 from timeline again where again.installation_key = lost.installation_key and again.kind = 'access_granted' and again.id > lost.id
        and (instr(replace(again.facts, '"', ' '), ' ' || team.team_id || ' ') > 0 or length(again.facts) - length(replace(again.facts, ' ', '')) >= 9)
    )
) where access = 'revoked';
