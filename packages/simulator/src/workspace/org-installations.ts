/**
 * Installs apps in whole organizations. One set of tokens serves all; the app works in the workspaces that were given
 * access, and has an Installation there that shows the tokens of the organization.
 * (https://docs.slack.dev/enterprise/developing-for-enterprise-orgs)
 */
import {
  createInstallation,
  type Ending,
  emptyHolder,
  endings,
  endTokens,
  type Grants,
  grant,
  joinGeneral,
  setBotDeleted,
} from './installations.ts';
import type { App, Enterprise, Installation, OrgInstallation, Team, TokenHolder } from './model.ts';
import { revokeToken } from './tokens.ts';
import type { World } from './world.ts';

/** Installs the app in the organization. No workspace has access at first. */
export function installInOrg(world: World, request: Grants & { app: App; enterprise: Enterprise }): OrgInstallation {
  const { app, enterprise, installerId } = request;
  const org = enterprise.installations.get(app.id) ?? createOrgInstallation(world, app, enterprise, installerId);
  grant(world, org, request);
  for (const { team, installation } of accessibleTeams(world, org)) {
    setBotDeleted(world, team, installation, false);
    world.events.emit({ type: 'app_installed', team, app, installation, isReinstall: true });
  }
  showTokens(world, org);
  return org;
}

/** An administrator lets the app into a workspace of the organization; nothing happens when it has access. */
export function grantTeamAccess(world: World, org: OrgInstallation, team: Team): void {
  const { app } = org.owner;
  if (org.teamIds.has(team.id)) return;
  org.teamIds.add(team.id);
  const known = team.installations.get(app.id);
  if (known && known.org !== org) replaceByOrg(world, team, known);
  const installation = known?.org === org ? known : createInstallation(world, app, team, { ...org, org });
  showTokens(world, org);
  setBotDeleted(world, team, installation, false);
  joinGeneral(world, team, org.botUserId, org.installerId);
  world.events.emit({ type: 'team_access_granted', team, app, teamIds: [team.id] });
}

/** The workspace's own installation ends where the organization's begins. */
function replaceByOrg(world: World, team: Team, own: Installation): void {
  endTokens(own, { status: 'removed', bot: 'account_inactive', user: 'token_revoked' });
  setBotDeleted(world, team, own, true);
}

/** An administrator takes a workspace out; the tokens go on working for the others. */
export function revokeTeamAccess(world: World, org: OrgInstallation, team: Team): void {
  if (!org.teamIds.has(team.id)) return;
  // The event goes to the app through this workspace, so it leaves before the installation stops counting.
  world.events.emit({ type: 'team_access_revoked', team, app: org.owner.app, teamIds: [team.id] });
  org.teamIds.delete(team.id);
  const installation = team.installations.get(org.appId);
  if (!installation) return;
  installation.status = 'removed';
  setBotDeleted(world, team, installation, true);
}

/** It ends in every workspace. One that is disabled keeps its access, for when it is enabled again. */
export function endInOrg(world: World, org: OrgInstallation, { cause, ...outcome }: Ending): void {
  endTokens(org, outcome);
  for (const { team, installation } of accessibleTeams(world, org)) {
    setBotDeleted(world, team, installation, true);
    installation.status = outcome.status;
    world.events.emit({ type: 'app_removed', team, app: org.owner.app, installation, cause, sockets: 'close' });
  }
  if (outcome.status !== 'disabled') org.teamIds.clear();
}

/** apps.uninstall with an org-wide token. */
export function uninstallFromOrg(world: World, org: OrgInstallation): void {
  endInOrg(world, org, endings.uninstalled);
}

/** The bot's token answers token_revoked; people keep theirs. */
export function revokeBotTokenInOrg(world: World, org: OrgInstallation): void {
  if (!org.botToken) return;
  revokeToken(org.botToken);
  for (const { team } of accessibleTeams(world, org)) {
    const { botUserId, owner } = org;
    world.events.emit({ type: 'tokens_revoked', team, app: owner.app, userIds: [], botUserIds: [botUserId] });
  }
}

/** The same tokens work again, in the workspaces that have access. */
export function enableInOrg(world: World, org: OrgInstallation): void {
  if (org.status === 'active') return;
  endTokens(org, { status: 'active', bot: 'active', user: 'active' });
  for (const { team, installation } of accessibleTeams(world, org)) {
    installation.status = 'active';
    setBotDeleted(world, team, installation, false);
    world.events.emit({ type: 'app_installed', team, app: org.owner.app, installation, isReinstall: true });
  }
}

/** The workspaces of the organization in which the app works. */
export function accessibleTeams(world: World, org: OrgInstallation): { team: Team; installation: Installation }[] {
  return [...org.teamIds].flatMap((id) => {
    const team = world.teams.get(id);
    const installation = team?.installations.get(org.appId);
    return team && installation ? [{ team, installation }] : [];
  });
}

/** Finds the org-wide installation that holds these tokens. */
export function orgOf(holder: TokenHolder | undefined): OrgInstallation | undefined {
  const { app, enterprise } = holder?.owner ?? {};
  return app && enterprise?.installations.get(app.id);
}

/** Shows the tokens of the organization in each of its workspaces, after they changed. */
export function showTokens(world: World, org: OrgInstallation): void {
  for (const { installation } of accessibleTeams(world, org)) {
    installation.status = org.status;
    installation.scopes = org.scopes;
    installation.installerId = org.installerId;
    installation.botToken = org.botToken;
  }
}

function createOrgInstallation(world: World, app: App, enterprise: Enterprise, installerId: string): OrgInstallation {
  const org: OrgInstallation = {
    ...emptyHolder(
      { app, team: undefined, enterprise },
      { botUserId: world.ids.id('U'), botId: world.ids.id('B'), installerId },
    ),
    appId: app.id,
    enterpriseId: enterprise.id,
    teamIds: new Set(),
  };
  enterprise.installations.set(app.id, org);
  return org;
}
