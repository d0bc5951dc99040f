/** `/_sim` for organizations: org-wide installations, and which workspaces they may work in. */
import { Hono } from 'hono';
import { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import { errorAnswer, readJson } from '../http/http-json.ts';
import { appOf, teamOf } from '../workspace/lookups.ts';
import type { Enterprise, OrgInstallation } from '../workspace/model.ts';
import { grantTeamAccess, installInOrg, revokeTeamAccess } from '../workspace/org-installations.ts';
import { firstPerson } from '../workspace/people.ts';
import type { World } from '../workspace/world.ts';

export const orgInstallBody = z.strictObject({
  /** Id or name. */
  enterprise: z.string(),
  /** Id; the default app when absent. */
  app: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  /** Of the person who installs; those of the app's settings when absent. */
  userScopes: z.array(z.string()).optional(),
  /** Who gets access at once: ids, domains or names. */
  teams: z.array(z.string()).max(1000).optional(),
});

export const accessBody = z.strictObject({ app: z.string().optional(), isGranted: z.boolean() });

export type OrgInstallBody = z.input<typeof orgInstallBody>;
export type AccessBody = z.input<typeof accessBody>;

/** An org-wide installation. */
export interface OrgInstallationInfo {
  enterprise: string;
  app: string;
  status: OrgInstallation['status'];
  botToken: string;
  botUserId: string;
  /** Ids of the workspaces with access. */
  teams: string[];
}

/** The routes below `/_sim`. */
export function orgRoutes(world: World): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.get('/org-installs', (c) => {
    const all = [...world.enterprises.values()].flatMap(({ installations }) => [...installations.values()]);
    return c.json({ installs: all.map(orgInstallationInfo) });
  });
  routes.post('/org-installs', async (c) => {
    const { enterprise: reference, app: appId, teams = [], ...grants } = await readJson(c, orgInstallBody);
    const app = appOf(world, appId);
    const { scopes = app.botScopes, userScopes = app.userScopes } = grants;
    const enterprise = enterpriseOf(world, reference);
    const members = teams.map((team) => memberOf(world, enterprise, team));
    const installerId = someoneIn(world, enterprise);
    const org = installInOrg(world, { app, enterprise, installerId, scopes, userScopes });
    for (const team of members) grantTeamAccess(world, org, team);
    return c.json(orgInstallationInfo(org), 201);
  });
  routes.post('/teams/:team/access', async (c) => {
    const team = teamOf(world, c.req.param('team'));
    const { app: appId, isGranted } = await readJson(c, accessBody);
    const app = appOf(world, appId);
    const org = team.enterprise?.installations.get(app.id);
    if (!org) throw new SimulatorError('not_found', `App ${app.id} is not installed in the organization of ${team.id}`);
    if (isGranted) grantTeamAccess(world, org, team);
    else revokeTeamAccess(world, org, team);
    return c.json(orgInstallationInfo(org));
  });
  return routes;
}

function orgInstallationInfo(org: OrgInstallation): OrgInstallationInfo {
  const { enterpriseId, appId, status, botToken, botUserId, teamIds } = org;
  return {
    enterprise: enterpriseId,
    app: appId,
    status,
    botToken: botToken?.value ?? '',
    botUserId,
    teams: [...teamIds],
  };
}

function enterpriseOf(world: World, reference: string): Enterprise {
  const enterprise = world.findEnterprise(reference);
  if (!enterprise) throw new SimulatorError('not_found', `No enterprise ${reference}`);
  return enterprise;
}

function memberOf(world: World, enterprise: Enterprise, reference: string) {
  const team = teamOf(world, reference);
  if (team.enterprise === enterprise) return team;
  throw new SimulatorError('invalid_input', `Team ${team.id} is not in ${enterprise.name}`);
}

function someoneIn(world: World, enterprise: Enterprise): string {
  for (const team of world.teams.values()) {
    const person = team.enterprise === enterprise ? firstPerson(team) : undefined;
    if (person) return person.id;
  }
  throw new SimulatorError('not_found', `Nobody is in ${enterprise.name}`);
}
