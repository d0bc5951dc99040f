/** Creates Slack apps, and holds the one that a simulator has when nothing else is asked for. */
import { SimulatorError } from '../errors.ts';
import { tokenIdOf } from './ids.ts';
import type { App, AppKind, AppShortcut } from './model.ts';
import type { World } from './world.ts';

/** What may be said about an app; everything has a default. */
export interface AppSeed {
  id?: string | undefined;
  /** @defaultValue 'Demo Bot' */
  name?: string | undefined;
  /** What its bot is called. @defaultValue the name */
  botName?: string | undefined;
  /** @defaultValue 'classic' */
  kind?: AppKind | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  signingSecret?: string | undefined;
  verificationToken?: string | undefined;
  appLevelToken?: string | undefined;
  /** @defaultValue ['bot'] for classic apps; what most bots ask for otherwise */
  botScopes?: readonly string[] | undefined;
  userScopes?: readonly string[] | undefined;
  /** @defaultValue [] which allows every loopback URL */
  redirectUrls?: readonly string[] | undefined;
  requestUrl?: string | undefined;
  /** @defaultValue the request URL */
  interactivityUrl?: string | undefined;
  /** @defaultValue the interactivity URL */
  optionsUrl?: string | undefined;
  /** @defaultValue [] which makes every slash command this app's */
  commands?: readonly { command: string; url?: string | undefined }[] | undefined;
  /** @defaultValue [] which makes every callback id this app's */
  shortcuts?: readonly AppShortcut[] | undefined;
  eventSubscriptions?: readonly string[] | undefined;
  /** @defaultValue false */
  isSocketModeOn?: boolean | undefined;
  /** @defaultValue false */
  isDelayedEventsOn?: boolean | undefined;
  /** @defaultValue false */
  isTokenRotationOn?: boolean | undefined;
  /** May be installed in a whole organization at once. @defaultValue false */
  isOrgWide?: boolean | undefined;
  /** False: only in its home workspace. @defaultValue true */
  isDistributed?: boolean | undefined;
  /**
   * Distributed commercially outside Slack's Marketplace: conversations.history and conversations.replies once a minute, with
   * 15 messages. @defaultValue false
   */
  isUnlisted?: boolean | undefined;
  /** Id, domain or name of the workspace where it was made. @defaultValue the first one */
  homeTeam?: string | undefined;
  /** May exchange codes by PKCE, without its secret. @defaultValue false */
  isPkceOn?: boolean | undefined;
  /** Scopes that people may refuse. @defaultValue none */
  optionalScopes?: readonly string[] | undefined;
  /** Scopes that Slack approved; others are refused as unapproved_scope. @defaultValue every scope may be asked for */
  approvedScopes?: readonly string[] | undefined;
  /** The manifest that these settings come from. */
  manifest?: unknown;
}

/** The default app has fixed credentials, so that a bot's `.env` stays right when the simulator starts again. */
const defaultCredentials = {
  id: 'A0SIMULATE',
  clientId: '1000.2000',
  clientSecret: '5111c1a7e5111c1a7e5111c1a7e5111c',
  signingSecret: '5111519111195111519111195111519a',
  verificationToken: 'sim-verification-token',
  appLevelToken: 'xapp-sim-default-app-level-token',
} as const;

const defaultBotScopes: Record<AppKind, readonly string[]> = {
  classic: ['bot'],
  granular: [
    'app_mentions:read',
    'channels:history',
    'channels:read',
    'chat:write',
    'im:history',
    'im:write',
    'users:read',
  ],
};

/**
 * Adds an app. The first app without credentials gets fixed ones; others get random ones.
 * @throws SimulatorError `name_taken` when the id or client id is in use
 */
export function addApp(world: World, seed: AppSeed = {}): App {
  const app = describeApp(world, seed);
  if (world.apps.has(app.id) || world.findAppByClientId(app.clientId)) {
    throw new SimulatorError('name_taken', `An app with id ${app.id} or client id ${app.clientId} already exists`);
  }
  world.apps.set(app.id, app);
  for (const secret of [app.clientSecret, app.signingSecret, app.appLevelToken]) world.secrets.note(secret);
  world.tokens.set(app.appLevelToken, {
    value: app.appLevelToken,
    id: tokenIdOf(app.appLevelToken),
    kind: 'app',
    app,
    team: undefined,
    enterprise: undefined,
    holder: undefined,
    userId: '',
    botId: undefined,
    scopes: ['connections:write', 'authorizations:read'],
    expiresAtMs: undefined,
    status: 'active',
  });
  return app;
}

/** @param secret null: a random one */
export function changeSigningSecret({ secrets, ids }: World, app: App, secret: string | null): void {
  app.signingSecret = secrets.note(secret ?? ids.secret());
}

function describeApp(world: World, seed: AppSeed): App {
  const { kind = 'classic' } = seed;
  const fallback = world.apps.size === 0 ? defaultCredentials : randomCredentials(world);
  return {
    id: seed.id ?? fallback.id,
    name: seed.name ?? 'Demo Bot',
    botName: seed.botName,
    kind,
    clientId: seed.clientId ?? fallback.clientId,
    clientSecret: seed.clientSecret ?? fallback.clientSecret,
    signingSecret: seed.signingSecret ?? fallback.signingSecret,
    verificationToken: seed.verificationToken ?? fallback.verificationToken,
    appLevelToken: seed.appLevelToken ?? fallback.appLevelToken,
    botScopes: seed.botScopes ?? defaultBotScopes[kind],
    userScopes: seed.userScopes ?? [],
    redirectUrls: seed.redirectUrls ?? [],
    requestUrl: seed.requestUrl,
    interactivityUrl: seed.interactivityUrl,
    optionsUrl: seed.optionsUrl,
    commands: seed.commands ?? [],
    shortcuts: seed.shortcuts ?? [],
    eventSubscriptions: seed.eventSubscriptions ?? [],
    isSocketModeOn: seed.isSocketModeOn ?? false,
    isDelayedEventsOn: seed.isDelayedEventsOn ?? false,
    areEventsEnabled: true,
    isTokenRotationOn: seed.isTokenRotationOn ?? false,
    isOrgWide: seed.isOrgWide ?? false,
    isDistributed: seed.isDistributed ?? true,
    isUnlisted: seed.isUnlisted ?? false,
    homeTeam: seed.homeTeam,
    isPkceOn: seed.isPkceOn ?? false,
    optionalScopes: seed.optionalScopes ?? [],
    approvedScopes: seed.approvedScopes,
    manifest: seed.manifest,
  };
}

function randomCredentials(world: World) {
  const { ids } = world;
  return {
    id: world.freshId('A', world.apps),
    clientId: freshClientId(world),
    clientSecret: ids.secret(),
    signingSecret: ids.secret(),
    verificationToken: ids.secret(24),
    appLevelToken: ids.token('xapp'),
  };
}

/** Counts on; apps that were deleted leave gaps. */
function freshClientId(world: World): string {
  for (let number = world.apps.size; ; number++) {
    const clientId = `${1000 + number}.${2000 + number}`;
    if (!world.findAppByClientId(clientId)) return clientId;
  }
}
