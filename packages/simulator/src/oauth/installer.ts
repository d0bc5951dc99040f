/** Carries out what a code of the second version allows, and turns long-lived tokens into rotating ones. */
import type { FaultBoard } from '../faults/fault-board.ts';
import { installApp } from '../workspace/installations.ts';
import type { OrgInstallation, RefreshToken, Token, TokenHolder } from '../workspace/model.ts';
import { installInOrg, orgOf, showTokens } from '../workspace/org-installations.ts';
import { giveBotToken, giveUserToken, refresh } from '../workspace/tokens.ts';
import { openWebhook, type Webhook } from '../workspace/webhooks.ts';
import type { World } from '../workspace/world.ts';
import type { IssuedCode } from './oauth-codes.ts';

/** What an install needs of the call that asks for it. */
export interface InstallCall {
  readonly world: World;
  readonly services: { readonly faults: FaultBoard };
  /** Under which name the caller reached the simulator. */
  readonly host: string;
}

/** An installation with what its answer shows. */
export interface Installed {
  readonly code: IssuedCode;
  readonly holder: TokenHolder;
  readonly webhook: Webhook | undefined;
  /** Under which name the caller reached the simulator. */
  readonly host: string;
}

/** Installs the app where the code says; a string is the refusal. */
export function installByCode({ world, services, host }: InstallCall, code: IssuedCode): Installed | string {
  const { app, team, enterprise, userId: installerId, scopes, userScopes = [] } = code;
  const grants = { app, installerId, scopes, userScopes, isAdditive: true };
  if (scopes.length + userScopes.length === 0) return 'no_scopes';
  if (enterprise) return { code, holder: installInOrg(world, { ...grants, enterprise }), webhook: undefined, host };
  if (!team) return 'invalid_code';
  if (isCoveredByOrg(team.installations.get(app.id)?.org, team.id)) return 'cannot_install_an_org_installed_app';
  const forceNewToken = services.faults.match('new_token', { team: team.id, app: app.id }) !== undefined;
  const holder = installApp(world, { ...grants, team, forceNewToken });
  const channel = team.channels.get(code.webhookChannelId ?? '');
  return { code, holder, webhook: channel && openWebhook(world, { app, team, channel, botId: holder.botId }), host };
}

/** Gives the first rotating token for a long-lived one, which works on until it is replaced again; a string is the refusal. */
export function exchangeLongLivedToken(world: World, token: Token): Token | string {
  const { holder } = token;
  if (!token.app.isTokenRotationOn) return 'token_rotation_not_enabled';
  if (!holder) return 'authorization_not_found';
  const isCurrent = token === (token.kind === 'bot' ? holder.botToken : holder.userTokens.get(token.userId));
  if (!isCurrent || token.expiresAtMs !== undefined) return 'token_already_exchanged';
  const fresh =
    token.kind === 'bot' ? giveBotToken(world, holder) : giveUserToken(world, holder, token.userId, token.scopes);
  showOrgTokens(world, holder);
  return fresh;
}

/** The next rotating token; undefined when the refresh token may not be used any more. */
export function renewToken(world: World, refreshToken: RefreshToken): Token | undefined {
  const token = refresh(world, refreshToken);
  showOrgTokens(world, refreshToken.holder);
  return token;
}

function showOrgTokens(world: World, holder: TokenHolder): void {
  const org = orgOf(holder);
  if (org) showTokens(world, org);
}

function isCoveredByOrg(org: OrgInstallation | undefined, teamId: string): boolean {
  return org?.status === 'active' && org.teamIds.has(teamId);
}
