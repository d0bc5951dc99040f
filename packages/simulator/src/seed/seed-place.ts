/** What the steps of a seed share: their place in it, and who is meant by a name. */
import { appOf, installationOf, personOf } from '../workspace/lookups.ts';
import type { App, Team } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import type { SeedPath } from './seed-source.ts';

/** Runs a step of the seed; what it refuses is said with the place. */
export type At = <Result>(path: SeedPath, step: () => Result) => Result;

/** Where a step stands. */
export interface SeedPlace {
  readonly at: At;
  readonly path: SeedPath;
}

/**
 * By id, or by name; the first app when nothing is said.
 * @throws SimulatorError `not_found`
 */
export function seededApp(world: World, reference: string | undefined): App {
  for (const app of world.apps.values()) if (app.name === reference) return app;
  return appOf(world, reference);
}

/**
 * The id of a person, or of the bot of an app.
 * @throws SimulatorError `not_found`
 */
export function memberId(
  { world, team }: { world: World; team: Team },
  { user, app }: { user?: string | undefined; app?: string | undefined },
): string {
  if (user !== 'bot') return personOf(team, user).id;
  return installationOf(world, team, seededApp(world, app).id).botUserId;
}
