/** Makes and changes groups of people, and tells who watches. (https://docs.slack.dev/reference/methods/usergroups.create) */
import { type Json, seconds } from './json.ts';
import { enterChannel } from './memberships.ts';
import type { Team, Usergroup } from './model.ts';
import type { World } from './world.ts';

/** What may be said about a group. */
export type UsergroupFacts = Pick<Usergroup, 'name' | 'handle' | 'description' | 'channelIds'>;

/** Makes a group without members. */
export function createUsergroup(world: World, team: Team, facts: UsergroupFacts & { userId: string }): Usergroup {
  const { userId, ...rest } = facts;
  const nowMs = world.clock.now();
  const usergroup: Usergroup = {
    ...rest,
    id: world.freshId('S', team.usergroups),
    teamId: team.id,
    userIds: [],
    createdAtMs: nowMs,
    createdBy: userId,
    updatedAtMs: nowMs,
    updatedBy: userId,
    disabled: undefined,
  };
  team.usergroups.set(usergroup.id, usergroup);
  world.events.emit({ type: 'usergroup_created', team, usergroup });
  return usergroup;
}

/** Changes what is said about a group; absent facts stay. */
export function updateUsergroup(
  world: World,
  { team, usergroup, userId }: UsergroupChange,
  facts: Partial<UsergroupFacts>,
): void {
  Object.assign(usergroup, facts);
  touch(world, usergroup, userId);
  world.events.emit({ type: 'usergroup_updated', team, usergroup });
}

/** Switches a group off or on. A disabled one keeps its members. */
export function enableUsergroup(world: World, { team, usergroup, userId }: UsergroupChange, isEnabled: boolean): void {
  usergroup.disabled = isEnabled ? undefined : { atMs: world.clock.now(), by: userId };
  touch(world, usergroup, userId);
  world.events.emit({ type: 'usergroup_updated', team, usergroup });
}

/** Replaces the members; new ones join the group's channels. */
export function setUsergroupMembers(
  world: World,
  { team, usergroup, userId }: UsergroupChange,
  userIds: readonly string[],
): void {
  const before = usergroup.userIds;
  const previousUpdateMs = usergroup.updatedAtMs;
  const added = userIds.filter((id) => !before.includes(id));
  const removed = before.filter((id) => !userIds.includes(id));
  usergroup.userIds = userIds;
  touch(world, usergroup, userId);
  world.events.emit({ type: 'usergroup_updated', team, usergroup });
  world.events.emit({ type: 'usergroup_members_changed', team, usergroup, added, removed, previousUpdateMs });
  for (const channelId of usergroup.channelIds) {
    const channel = team.channels.get(channelId);
    for (const id of channel ? added : []) if (channel) enterChannel(world, { team, channel }, id);
  }
}

/** Which group is changed, and by whom. */
export interface UsergroupChange {
  team: Team;
  usergroup: Usergroup;
  userId: string;
}

/** A group as events and answers show it; `users` and the counts appear where they are asked for. */
export function usergroupShape(team: Team, group: Usergroup, has: { users?: boolean; count?: boolean } = {}): Json {
  const channels = group.channelIds.filter((id) => team.channels.get(id)?.kind === 'channel');
  return {
    id: group.id,
    team_id: group.teamId,
    is_usergroup: true,
    is_subteam: true,
    name: group.name,
    description: group.description,
    handle: group.handle,
    is_external: false,
    date_create: seconds(group.createdAtMs),
    date_update: seconds(group.updatedAtMs),
    date_delete: group.disabled ? seconds(group.disabled.atMs) : 0,
    auto_type: null,
    auto_provision: false,
    enterprise_subteam_id: '',
    created_by: group.createdBy,
    updated_by: group.updatedBy,
    deleted_by: group.disabled?.by ?? null,
    prefs: { channels, groups: group.channelIds.filter((id) => !channels.includes(id)) },
    is_section: false,
    is_visible: true,
    is_membership_locked: false,
    is_editing_restricted: false,
    is_idp_group: false,
    is_org_level: false,
    ...(has.users && { users: group.userIds }),
    ...(has.count && { user_count: group.userIds.length, channel_count: group.channelIds.length }),
  };
}

function touch(world: World, usergroup: Usergroup, userId: string): void {
  usergroup.updatedAtMs = world.clock.now();
  usergroup.updatedBy = userId;
}
