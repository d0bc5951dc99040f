/** Installs apps in workspaces and takes them out again. The tokens that go with it are in tokens.ts. */
import { SimulatorError } from '../errors.ts';
import { joinChannel } from './channels.ts';
import type { RemovalCause, SocketHandling } from './domain-events.ts';
import type { App, Installation, OrgInstallation, Team, TokenHolder, TokenStatus, User } from './model.ts';
import { newProfile } from './profiles.ts';
import { giveBotToken, giveUserToken, revokeToken, tokensOf } from './tokens.ts';
import type { World } from './world.ts';

/** What is granted by an installation. */
export interface Grants {
  installerId: string;
  /** Of the bot. */
  scopes: readonly string[];
  /** Of the person who installs; undefined: those of OAuth v1 for a classic app, those of its settings for a granular one. */
  userScopes?: readonly string[] | undefined;
  /** Keeps the scopes of an earlier installation besides the new ones, as OAuth v2 does. @defaultValue false */
  isAdditive?: boolean | undefined;
  /** Gives a new bot token even where Slack would give the old one again. @defaultValue false */
  forceNewToken?: boolean | undefined;
  /** What is given out, of a seed. @defaultValue fresh ids and tokens */
  known?: KnownInstallation | undefined;
}

/** Ids and tokens that an app has already. */
export interface KnownInstallation {
  readonly botUserId?: string | undefined;
  readonly botId?: string | undefined;
  readonly botToken?: string | undefined;
  readonly userToken?: string | undefined;
}

/** An installation that is about to happen. */
export interface InstallRequest extends Grants {
  app: App;
  team: Team;
}

/**
 * Installs the app, or installs it again: the same bot user, and the same bot token unless it was revoked or removed.
 * (Slack documents neither; that it normally is the same token is what apps observe.)
 */
export function installApp(world: World, request: InstallRequest): Installation {
  const { app, team, installerId } = request;
  const before = team.installations.get(app.id);
  // What its organization had here is not the workspace's own to install again: it gets a bot of its own.
  const known = before?.org ? undefined : before;
  const installation = known ?? createInstallation(world, app, team, request);
  grant(world, installation, request);
  setBotDeleted(world, team, installation, false);
  joinGeneral(world, team, installation.botUserId, installerId);
  world.events.emit({ type: 'app_installed', team, app, installation, isReinstall: known !== undefined });
  return installation;
}

/** Gives a holder its scopes and tokens. */
export function grant(world: World, holder: TokenHolder, grants: Grants): void {
  const { installerId, scopes, userScopes, isAdditive = false, forceNewToken = false, known } = grants;
  const { app } = holder.owner;
  const wasRemoved = holder.status === 'removed';
  holder.scopes = isAdditive && !wasRemoved ? union(holder.scopes, scopes) : scopes;
  holder.status = 'active';
  holder.installerId = installerId;
  const old = holder.botToken;
  const isOldGood = !wasRemoved && (old?.status === 'active' || old?.status === 'account_inactive');
  if (old && isOldGood && !forceNewToken && !app.isTokenRotationOn) {
    old.status = 'active';
    if (app.kind === 'granular') old.scopes = holder.scopes;
  } else if (holder.scopes.length > 0) giveBotToken(world, holder, known?.botToken);
  grantUser(world, holder, userScopes ?? defaultUserScopes(app, holder.scopes), known?.userToken);
}

/** OAuth v1 gives one list to both tokens; in v2 the person's are asked for by themselves, and often there are none. */
function defaultUserScopes(app: App, scopes: readonly string[]): readonly string[] {
  return app.kind === 'classic' ? ['identify', ...scopes] : app.userScopes;
}

function grantUser(world: World, holder: TokenHolder, scopes: readonly string[], value: string | undefined): void {
  if (scopes.length === 0) return;
  const old = holder.userTokens.get(holder.installerId);
  if (old?.status !== 'active' || holder.owner.app.isTokenRotationOn) {
    giveUserToken(world, holder, holder.installerId, scopes, value);
  } else old.scopes = union(old.scopes, scopes);
}

/** How an installation ends, and what its tokens answer then. */
export interface Ending {
  status: TokenHolder['status'];
  bot: TokenStatus;
  user: TokenStatus;
  cause: RemovalCause;
}

/** By what happened to it. */
export const endings = {
  disabled: { status: 'disabled', bot: 'account_inactive', user: 'account_inactive', cause: 'disabled' },
  removed: { status: 'removed', bot: 'removed', user: 'removed', cause: 'uninstalled' },
  uninstalled: { status: 'removed', bot: 'account_inactive', user: 'token_revoked', cause: 'uninstalled' },
  revoked: { status: 'removed', bot: 'token_revoked', user: 'token_revoked', cause: 'revoked' },
} as const satisfies Record<string, Ending>;

/** An administrator switches the integration off: its tokens answer account_inactive until it is enabled again. */
export function disableInstallation(
  world: World,
  app: App,
  team: Team,
  sockets: SocketHandling = 'close',
): Installation | undefined {
  return end(world, app, team, { ...endings.disabled, sockets });
}

/** The app is taken out, and its tokens are unknown from now on (invalid_auth). */
export function removeInstallation(
  world: World,
  app: App,
  team: Team,
  sockets: SocketHandling = 'close',
): Installation | undefined {
  return end(world, app, team, { ...endings.removed, sockets });
}

/** apps.uninstall and auth.revoke: bot tokens answer account_inactive and user tokens token_revoked, as documented. */
export function uninstallApp(
  world: World,
  app: App,
  team: Team,
  sockets: SocketHandling = 'close',
): Installation | undefined {
  return end(world, app, team, { ...endings.uninstalled, sockets });
}

/** Every token of the installation answers token_revoked. */
export function revokeTokens(
  world: World,
  app: App,
  team: Team,
  sockets: SocketHandling = 'close',
): Installation | undefined {
  return end(world, app, team, { ...endings.revoked, sockets });
}

/** The bot's token answers token_revoked; people keep theirs, and the app stays installed. */
export function revokeBotToken(world: World, app: App, team: Team): Installation | undefined {
  const installation = team.installations.get(app.id);
  if (!installation?.botToken || installation.org) return undefined;
  revokeToken(installation.botToken);
  world.events.emit({ type: 'tokens_revoked', team, app, userIds: [], botUserIds: [installation.botUserId] });
  return installation;
}

/** Undoes disableInstallation and its like without OAuth: the same tokens work again. */
export function enableInstallation(world: World, app: App, team: Team): Installation | undefined {
  const installation = team.installations.get(app.id);
  if (!installation || installation.status === 'active') return installation;
  installation.status = 'active';
  setBotDeleted(world, team, installation, false);
  if (installation.org) installation.org.teamIds.add(team.id);
  else for (const token of tokensOf(installation)) token.status = 'active';
  world.events.emit({ type: 'app_installed', team, app, installation, isReinstall: true });
  return installation;
}

function end(
  world: World,
  app: App,
  team: Team,
  outcome: Ending & { sockets: SocketHandling },
): Installation | undefined {
  const installation = team.installations.get(app.id);
  if (!installation) return undefined;
  if (installation.org) leaveOrg(installation, installation.org, outcome);
  else endTokens(installation, outcome);
  setBotDeleted(world, team, installation, true);
  world.events.emit({ type: 'app_removed', team, app, installation, cause: outcome.cause, sockets: outcome.sockets });
  return installation;
}

/** One workspace less: the tokens of the organization go on working for the others. */
function leaveOrg(installation: Installation, org: OrgInstallation, { status }: Ending): void {
  installation.status = status;
  org.teamIds.delete(installation.teamId);
}

/** Ends the holder and what it gave out. */
export function endTokens(holder: TokenHolder, outcome: Pick<Ending, 'status' | 'bot' | 'user'>): void {
  holder.status = outcome.status;
  for (const token of tokensOf(holder)) token.status = token.kind === 'bot' ? outcome.bot : outcome.user;
}

/** The bot user and the bot of an app, with ids that are new or that an organization already uses. */
export function createInstallation(
  world: World,
  app: App,
  team: Team,
  facts: { installerId: string; org?: OrgInstallation | undefined; known?: KnownInstallation | undefined },
): Installation {
  const { installerId, org, known } = facts;
  const taken = [known?.botUserId, known?.botId].find((id) => id && (team.users.has(id) || team.bots.has(id)));
  if (taken) throw new SimulatorError('name_taken', `Team ${team.id} already has a user with id ${taken}`);
  const nowMs = world.clock.now();
  const botId = org?.botId ?? known?.botId ?? world.freshId('B', team.bots);
  const shownName = app.botName ?? app.name;
  const name = shownName.toLowerCase().replace(/[^a-z0-9]+/g, '') || 'bot';
  const user: User = {
    id: org?.botUserId ?? known?.botUserId ?? world.freshId('U', team.users),
    teamId: team.id,
    name,
    realName: shownName,
    email: '',
    color: '757575',
    isAdmin: false,
    botId,
    appId: app.id,
    profile: newProfile(name),
    presence: 'away',
    isOnline: false,
    isManuallyAway: false,
    isDeleted: false,
    updatedAtMs: nowMs,
  };
  team.users.set(user.id, user);
  team.bots.set(botId, { id: botId, appId: app.id, userId: user.id, name, isDeleted: false, updatedAtMs: nowMs });
  const installation: Installation = {
    ...emptyHolder({ app, team, enterprise: undefined }, { botUserId: user.id, botId, installerId }),
    appId: app.id,
    teamId: team.id,
    org,
  };
  team.installations.set(app.id, installation);
  return installation;
}

/** A holder without tokens. */
export function emptyHolder(
  owner: TokenHolder['owner'],
  bot: Pick<TokenHolder, 'botUserId' | 'botId' | 'installerId'>,
): TokenHolder {
  return {
    ...bot,
    owner,
    status: 'active',
    scopes: [],
    botToken: undefined,
    userTokens: new Map(),
    olderTokens: [],
    refreshTokens: [],
    retiredTokens: [],
  };
}

/** An installed bot is in #general. */
export function joinGeneral(world: World, team: Team, botUserId: string, inviterId: string): void {
  for (const channel of team.channels.values()) {
    if (channel.isGeneral) joinChannel(world, team, channel, botUserId, inviterId);
  }
}

/** Shows the bot as deleted, or not. */
export function setBotDeleted(world: World, team: Team, installation: Installation, isDeleted: boolean): void {
  for (const entity of [team.users.get(installation.botUserId), team.bots.get(installation.botId)]) {
    if (!entity || entity.isDeleted === isDeleted) continue;
    entity.isDeleted = isDeleted;
    entity.updatedAtMs = world.clock.now();
  }
}

function union(old: readonly string[], fresh: readonly string[]): readonly string[] {
  return [...new Set([...old, ...fresh])];
}
