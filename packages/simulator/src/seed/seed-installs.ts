/** Installs the apps of a seed: in one workspace, or in an organization with access to some of its workspaces. */

import { SimulatorError } from '../errors.ts';
import { findChannel, joinChannel } from '../workspace/channels.ts';
import { installApp } from '../workspace/installations.ts';
import { personOf, teamOf } from '../workspace/lookups.ts';
import type { App, Enterprise, Team } from '../workspace/model.ts';
import { grantTeamAccess, installInOrg } from '../workspace/org-installations.ts';
import { findUser, firstPerson } from '../workspace/people.ts';
import type { World } from '../workspace/world.ts';
import { type SeedPlace, seededApp } from './seed-place.ts';
import type { SeedInstall } from './seed-schema.ts';

/** @throws SimulatorError `invalid_seed` */
export function seedInstall(world: World, seed: SeedInstall, { at, path }: SeedPlace): void {
  const app = at([...path, 'app'], () => seededApp(world, seed.app));
  const teams = seed.enterprise === undefined ? installHere() : installEverywhere(seed.enterprise);
  for (const team of teams) {
    seed.channels?.forEach((channel, index) =>
      at([...path, 'channels', index], () => joinAsBot(world, { team, app, channel })),
    );
  }

  function installHere(): Team[] {
    const team = at([...path, 'team'], () => teamOf(world, seed.team ?? ''));
    const installerId = at([...path, 'user'], () => personOf(team, seed.user).id);
    const { scopes = app.botScopes, userScopes, botUserId, botId, botToken, userToken } = seed;
    const known = { botUserId, botId, botToken, userToken };
    at(path, () => installApp(world, { app, team, installerId, scopes, userScopes, known }));
    return [team];
  }

  function installEverywhere(reference: string): Team[] {
    const enterprise = at([...path, 'enterprise'], () => enterpriseOf(world, reference));
    const installerId = at([...path, 'user'], () => someoneIn(world, enterprise, seed.user));
    const { scopes = app.botScopes, userScopes = app.userScopes } = seed;
    const org = installInOrg(world, { app, enterprise, installerId, scopes, userScopes });
    return (seed.teams ?? []).map((one, index) =>
      at([...path, 'teams', index], () => {
        const team = teamOf(world, one);
        if (team.enterprise !== enterprise) refuse(`Team ${one} is not in ${enterprise.name}`);
        grantTeamAccess(world, org, team);
        return team;
      }),
    );
  }
}

function joinAsBot(world: World, where: { team: Team; app: App; channel: string }): void {
  const { team, app } = where;
  const channel = findChannel(team, where.channel) ?? refuse(`Team ${team.name} has no channel ${where.channel}`);
  joinChannel(world, team, channel, team.installations.get(app.id)?.botUserId ?? '');
}

function enterpriseOf(world: World, reference: string): Enterprise {
  return world.findEnterprise(reference) ?? refuse(`No enterprise ${reference}`);
}

function someoneIn(world: World, enterprise: Enterprise, reference: string | undefined): string {
  for (const team of world.teams.values()) {
    if (team.enterprise !== enterprise) continue;
    const person = reference === undefined ? firstPerson(team) : findUser(team, reference);
    if (person) return person.id;
  }
  return refuse(`${reference ?? 'Nobody'} is not in a workspace of ${enterprise.name}`);
}

function refuse(message: string): never {
  throw new SimulatorError('not_found', message);
}
