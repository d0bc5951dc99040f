/** Installs an app without the OAuth pages, for tests and seeds. */
import type { z } from 'zod';
import { type InstallationInfo, installationInfo } from '../workspace/info.ts';
import { installApp } from '../workspace/installations.ts';
import { appOf, personOf, teamOf } from '../workspace/lookups.ts';
import type { World } from '../workspace/world.ts';
import type { installBody } from './schemas.ts';

/** @throws SimulatorError `not_found` */
export function installationFor(world: World, body: z.output<typeof installBody>): InstallationInfo {
  const team = teamOf(world, body.team);
  const app = appOf(world, body.app);
  const installerId = personOf(team, body.user).id;
  const { scopes = app.botScopes, userScopes, forceNewToken } = body;
  return installationInfo(team, installApp(world, { app, team, installerId, scopes, userScopes, forceNewToken }));
}
