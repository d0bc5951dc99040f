/** Finds people of a workspace, and whether they are there. */
import type { Presence, Team, User } from './model.ts';
import type { World } from './world.ts';

/** By id, or by name for convenience. */
export function findUser(team: Team, reference: string): User | undefined {
  const byId = team.users.get(reference);
  if (byId) return byId;
  for (const user of team.users.values()) if (user.name === reference) return user;
  return undefined;
}

/** Whoever installs an app or writes a message when nobody is named: the first person. */
export function firstPerson(team: Team): User | undefined {
  for (const user of team.users.values()) if (user.botId === undefined && !user.isDeleted) return user;
  return undefined;
}

/** Changes whether somebody counts as present, and tells who watches. */
export function setPresence(world: World, team: Team, user: User, presence: Presence): void {
  if (user.presence === presence) return;
  user.presence = presence;
  world.events.emit({ type: 'presence_changed', team, user, presence });
}
