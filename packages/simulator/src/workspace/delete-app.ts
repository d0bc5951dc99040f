/** Deletes an app for ever: it goes from every workspace, and none of its tokens is known any more. */
import { removeInstallation } from './installations.ts';
import type { App } from './model.ts';
import { uninstallFromOrg } from './org-installations.ts';
import type { World } from './world.ts';

/** The app itself hears nothing of it (a guess): there is nobody left to tell. */
export function deleteApp(world: World, app: App): void {
  world.apps.delete(app.id);
  for (const { installations } of world.enterprises.values()) {
    const org = installations.get(app.id);
    if (org) uninstallFromOrg(world, org);
    installations.delete(app.id);
  }
  for (const team of world.teams.values()) {
    removeInstallation(world, app, team);
    // Another app may get the id of the default one; it shall find nothing of this one.
    team.installations.delete(app.id);
  }
  for (const token of world.tokens.values()) if (token.app === app) token.status = 'removed';
}
