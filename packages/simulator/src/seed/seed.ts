/** A seed from where it was given: a file by its path, or an object. */
import { SimulatorError } from '../errors.ts';
import { type AppRequest, seedOf } from '../manifest/app-settings.ts';
import { readManifest } from '../manifest/manifest-file.ts';
import { addApp } from '../workspace/apps.ts';
import { addTeam, defaultTeams, type TeamSeed } from '../workspace/teams.ts';
import type { World } from '../workspace/world.ts';
import { applySeed } from './apply-seed.ts';
import { checkSeed } from './check-seed.ts';
import type { CheckedSeed, Seed } from './seed-schema.ts';
import { fileSource, objectSource, type SeedSource } from './seed-source.ts';

/** A seed that is ready to be applied. */
export interface LoadedSeed {
  readonly seed: CheckedSeed;
  readonly source: SeedSource;
}

/** @throws SimulatorError `invalid_seed`, `invalid_configuration` when the file cannot be read */
export async function loadSeed(given: Seed | string): Promise<LoadedSeed> {
  const source = typeof given === 'string' ? await fileSource(given) : objectSource(given);
  return { seed: checkSeed(source), source };
}

/** A manifest may be the path of its file. */
async function withManifestRead(app: AppRequest): Promise<AppRequest> {
  return typeof app.manifest === 'string' ? { ...app, manifest: await readManifest(app.manifest) } : app;
}

/**
 * The state that a simulator starts with: a seed, or so many workspaces and one app.
 * @throws SimulatorError `invalid_seed`, `invalid_manifest`, `invalid_configuration`, `name_taken`
 */
export async function initialState(options: {
  seed?: Seed | string | undefined;
  teams?: number | readonly TeamSeed[] | undefined;
  app?: AppRequest | undefined;
}): Promise<(world: World) => void> {
  const { seed: given, teams = 1, app } = options;
  if (given === undefined) {
    const seed = app && seedOf(await withManifestRead(app));
    return (world) => {
      addApp(world, seed);
      for (const team of typeof teams === 'number' ? defaultTeams(teams) : teams) addTeam(world, team);
    };
  }
  if (app !== undefined || options.teams !== undefined) {
    throw new SimulatorError(
      'invalid_configuration',
      'A seed says which teams and apps there are: leave out teams and app',
    );
  }
  const { seed, source } = await loadSeed(given);
  return (world) => applySeed(world, seed, source);
}
