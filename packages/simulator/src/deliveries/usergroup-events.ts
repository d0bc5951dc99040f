/** `subteam_…`: what happens to user groups. (https://docs.slack.dev/reference/events/subteam_created) */
import type { DomainEvent } from '../workspace/domain-events.ts';
import { seconds } from '../workspace/slack-shapes.ts';
import { usergroupShape } from '../workspace/usergroups.ts';
import { type SlackEvent, toTeam } from './slack-event.ts';

type UsergroupFact = Extract<
  DomainEvent,
  { type: 'usergroup_created' | 'usergroup_updated' | 'usergroup_members_changed' }
>;

/** Everybody hears of a group; who comes or goes hears of that besides. */
export function usergroupEvents(event: UsergroupFact, eventTs: string): SlackEvent[] {
  const { team, usergroup } = event;
  if (event.type !== 'usergroup_members_changed') {
    const type = event.type === 'usergroup_created' ? 'subteam_created' : 'subteam_updated';
    const subteam = usergroupShape(team, usergroup, { users: true, count: true });
    return [toTeam({ type, subteam, event_ts: eventTs }, 'usergroups:read')];
  }
  const { added, removed, previousUpdateMs } = event;
  const changed = {
    type: 'subteam_members_changed',
    subteam_id: usergroup.id,
    team_id: team.id,
    date_previous_update: seconds(previousUpdateMs),
    date_update: seconds(usergroup.updatedAtMs),
    added_users: added,
    added_users_count: added.length,
    removed_users: removed,
    removed_users_count: removed.length,
    event_ts: eventTs,
  };
  return [
    toTeam(changed, 'usergroups:read'),
    ...toThose('subteam_self_added', added),
    ...toThose('subteam_self_removed', removed),
  ];

  function toThose(type: string, userIds: readonly string[]): SlackEvent[] {
    if (userIds.length === 0) return [];
    const body = { type, subteam_id: usergroup.id, event_ts: eventTs };
    return [{ body, subscription: type, scopes: ['usergroups:read'], audience: { kind: 'people', userIds } }];
  }
}
