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

/** Somebody came to the keyboard or left it; a bot connected or went. */
export function setOnline(world: World, team: Team, user: User, isOnline: boolean): void {
  user.isOnline = isOnline;
  refreshPresence(world, team, user);
}

/** users.setPresence: `away` whatever is the case, or `auto` again. */
export function setManuallyAway(world: World, team: Team, user: User, isAway: boolean): void {
  if (user.isManuallyAway !== isAway) {
    user.isManuallyAway = isAway;
    world.events.emit({ type: 'manual_presence_changed', team, user });
  }
  refreshPresence(world, team, user);
}

function refreshPresence(world: World, team: Team, user: User): void {
  const presence: Presence = user.isOnline && !user.isManuallyAway ? 'active' : 'away';
  if (user.presence === presence) return;
  user.presence = presence;
  world.events.emit({ type: 'presence_changed', team, user, presence });
}
