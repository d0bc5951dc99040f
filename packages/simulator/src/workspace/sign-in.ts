/** Somebody signs in to an app with Slack: the app gets a token of theirs, and no bot comes into the workspace with it. */
import { createInstallation, setBotDeleted } from './installations.ts';
import type { App, Installation, Team, Token } from './model.ts';
import { giveUserToken } from './tokens.ts';
import type { World } from './world.ts';

/** The token of the person; one that they have is good for the new scopes, too, unless the app rotates its tokens. */
export function signIn(
  world: World,
  { app, team, userId, scopes }: { app: App; team: Team; userId: string; scopes: readonly string[] },
): Token {
  const known = team.installations.get(app.id);
  const isThere = known !== undefined && known.status !== 'removed';
  const holder = isThere ? known : quietInstallation(world, app, team, userId);
  const old = holder.userTokens.get(userId);
  const all = [...new Set([...(old?.status === 'active' ? old.scopes : []), ...scopes])];
  if (old?.status !== 'active' || app.isTokenRotationOn) return giveUserToken(world, holder, userId, all);
  old.scopes = all;
  return old;
}

/** An installation without a bot. Nothing of an earlier one comes back with it. */
function quietInstallation(world: World, app: App, team: Team, installerId: string): Installation {
  const known = team.installations.get(app.id);
  const installation = known && !known.org ? known : createInstallation(world, app, team, { installerId });
  installation.status = 'active';
  installation.scopes = [];
  installation.botToken = undefined;
  setBotDeleted(world, team, installation, true);
  return installation;
}
