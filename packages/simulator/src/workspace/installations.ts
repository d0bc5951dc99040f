/** Installs apps in workspaces and takes them out again, with the tokens that go with it. */
import { joinChannel } from './channels.ts';
import type { RemovalCause, SocketFate } from './domain-events.ts';
import { tokenIdOf } from './ids.ts';
import type { App, Installation, Team, Token, TokenStatus, User } from './model.ts';
import type { World } from './world.ts';

/** How many dead bot tokens of an installation are still recognized; older ones answer invalid_auth. */
const DEAD_TOKENS_KEPT = 50;

/** An installation that is about to happen. */
export interface InstallRequest {
  app: App;
  team: Team;
  installerId: string;
  scopes: readonly string[];
  /** Gives a new bot token even where Slack would give the old one again. @defaultValue false */
  forceNewToken?: boolean | undefined;
}

/**
 * Installs the app, or installs it again: the same bot user, and the same bot token unless it was revoked or removed.
 * (Slack documents neither; that it normally is the same token is what apps observe.)
 */
export function installApp(world: World, request: InstallRequest): Installation {
  const { app, team, installerId, scopes, forceNewToken = false } = request;
  const known = team.installations.get(app.id);
  const installation = known ?? createInstallation(world, app, team, installerId);
  installation.status = 'active';
  installation.installerId = installerId;
  installation.scopes = scopes;
  wakeBotUser(world, team, installation);
  const old = installation.botToken;
  if (old && !forceNewToken && (old.status === 'active' || old.status === 'account_inactive')) old.status = 'active';
  else replaceBotToken(world, installation, app, team);
  giveUserToken(world, installation, app, team);
  for (const channel of team.channels.values()) {
    if (channel.isGeneral) joinChannel(world, team, channel, installation.botUserId, installerId);
  }
  world.events.emit({ type: 'app_installed', team, app, installation, isReinstall: known !== undefined });
  return installation;
}

/** An administrator switches the integration off: its tokens answer account_inactive until it is enabled again. */
export function disableInstallation(
  world: World,
  app: App,
  team: Team,
  sockets: SocketFate = 'close',
): Installation | undefined {
  return end(world, app, team, {
    status: 'disabled',
    bot: 'account_inactive',
    user: 'account_inactive',
    cause: 'disabled',
    sockets,
  });
}

/** The app is taken out, and its tokens are unknown from now on (invalid_auth). */
export function removeInstallation(
  world: World,
  app: App,
  team: Team,
  sockets: SocketFate = 'close',
): Installation | undefined {
  return end(world, app, team, { status: 'removed', bot: 'removed', user: 'removed', cause: 'uninstalled', sockets });
}

/** apps.uninstall and auth.revoke: bot tokens answer account_inactive and user tokens token_revoked, as documented. */
export function uninstallApp(
  world: World,
  app: App,
  team: Team,
  sockets: SocketFate = 'close',
): Installation | undefined {
  return end(world, app, team, {
    status: 'removed',
    bot: 'account_inactive',
    user: 'token_revoked',
    cause: 'uninstalled',
    sockets,
  });
}

/** Every token of the installation answers token_revoked. */
export function revokeTokens(
  world: World,
  app: App,
  team: Team,
  sockets: SocketFate = 'close',
): Installation | undefined {
  return end(world, app, team, {
    status: 'removed',
    bot: 'token_revoked',
    user: 'token_revoked',
    cause: 'revoked',
    sockets,
  });
}

/** Undoes disableInstallation and its like without OAuth: the same tokens work again. */
export function enableInstallation(world: World, app: App, team: Team): Installation | undefined {
  const installation = team.installations.get(app.id);
  if (!installation || installation.status === 'active') return installation;
  installation.status = 'active';
  wakeBotUser(world, team, installation);
  for (const token of tokensOf(installation)) token.status = 'active';
  world.events.emit({ type: 'app_installed', team, app, installation, isReinstall: true });
  return installation;
}

/** Every token of an installation that was not replaced. */
export function tokensOf(installation: Installation): Token[] {
  const { botToken, userTokens } = installation;
  return botToken ? [botToken, ...userTokens.values()] : [...userTokens.values()];
}

function end(
  world: World,
  app: App,
  team: Team,
  outcome: {
    status: Installation['status'];
    bot: TokenStatus;
    user: TokenStatus;
    cause: RemovalCause;
    sockets: SocketFate;
  },
): Installation | undefined {
  const installation = team.installations.get(app.id);
  if (!installation) return undefined;
  installation.status = outcome.status;
  if (installation.botToken) installation.botToken.status = outcome.bot;
  for (const token of installation.userTokens.values()) token.status = outcome.user;
  setBotDeleted(world, team, installation, true);
  world.events.emit({ type: 'app_removed', team, app, installation, cause: outcome.cause, sockets: outcome.sockets });
  return installation;
}

function createInstallation(world: World, app: App, team: Team, installerId: string): Installation {
  const nowMs = world.clock.now();
  const botId = world.freshId('B', team.bots);
  const name = app.name.toLowerCase().replace(/[^a-z0-9]+/g, '') || 'bot';
  const user: User = {
    id: world.freshId('U', team.users),
    teamId: team.id,
    name,
    realName: app.name,
    email: '',
    color: '757575',
    isAdmin: false,
    botId,
    appId: app.id,
    presence: 'away',
    isDeleted: false,
    updatedAtMs: nowMs,
  };
  team.users.set(user.id, user);
  team.bots.set(botId, { id: botId, appId: app.id, userId: user.id, name, isDeleted: false, updatedAtMs: nowMs });
  const installation: Installation = {
    appId: app.id,
    teamId: team.id,
    botUserId: user.id,
    botId,
    status: 'active',
    installerId,
    scopes: [],
    botToken: undefined,
    userTokens: new Map(),
    retiredTokens: [],
  };
  team.installations.set(app.id, installation);
  return installation;
}

function wakeBotUser(world: World, team: Team, installation: Installation): void {
  setBotDeleted(world, team, installation, false);
}

function setBotDeleted(world: World, team: Team, installation: Installation, isDeleted: boolean): void {
  for (const entity of [team.users.get(installation.botUserId), team.bots.get(installation.botId)]) {
    if (!entity || entity.isDeleted === isDeleted) continue;
    entity.isDeleted = isDeleted;
    entity.updatedAtMs = world.clock.now();
  }
}

function replaceBotToken(world: World, installation: Installation, app: App, team: Team): void {
  if (installation.botToken) retire(world, installation, installation.botToken);
  installation.botToken = issueToken(world, {
    value: world.ids.token('xoxb'),
    kind: 'bot',
    app,
    team,
    userId: installation.botUserId,
    botId: installation.botId,
    scopes: app.kind === 'classic' ? ['identify', 'bot:basic'] : installation.scopes,
  });
}

function giveUserToken(world: World, installation: Installation, app: App, team: Team): void {
  const old = installation.userTokens.get(installation.installerId);
  if (old?.status === 'active') return;
  if (old) retire(world, installation, old);
  const token = issueToken(world, {
    value: world.ids.token('xoxp'),
    kind: 'user',
    app,
    team,
    userId: installation.installerId,
    botId: undefined,
    scopes: ['identify', ...installation.scopes],
  });
  installation.userTokens.set(installation.installerId, token);
}

function issueToken(world: World, facts: Omit<Token, 'id' | 'status' | 'expiresAtMs'>): Token {
  const token: Token = { ...facts, id: tokenIdOf(facts.value), expiresAtMs: undefined, status: 'active' };
  world.tokens.set(token.value, token);
  return token;
}

/** Re-installing for ever must not fill the memory. */
function retire(world: World, installation: Installation, token: Token): void {
  if (token.status === 'active') token.status = 'token_revoked';
  installation.retiredTokens.push(token.value);
  const forgotten =
    installation.retiredTokens.length > DEAD_TOKENS_KEPT ? installation.retiredTokens.shift() : undefined;
  if (forgotten !== undefined) world.tokens.delete(forgotten);
}

/** Ends one person's token; the bot stays. */
export function revokeUserToken(token: Token): void {
  token.status = 'token_revoked';
}
