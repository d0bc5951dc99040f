/** From a manifest to the settings of an app, and back. What the simulator does not act on is kept and given back. */
import type { AppSeed } from '../workspace/apps.ts';
import type { App } from '../workspace/model.ts';
import { requireManifest } from './check-manifest.ts';
import type { Manifest } from './manifest-schema.ts';

/** An app as it is asked for: its settings, those of a manifest, or both; what is said beside the manifest wins. */
export interface AppRequest extends AppSeed {
  /** Slack's app manifest. */
  manifest?: unknown;
}

/** Everything that a manifest says about an app; what it leaves out is off, as on Slack. */
export function settingsOf(manifest: Manifest) {
  const { display_information, features = {}, oauth_config = {}, settings = {} } = manifest;
  const { scopes = {} } = oauth_config;
  const { event_subscriptions: events = {}, interactivity } = settings;
  return {
    name: display_information.name,
    botName: features.bot_user?.display_name,
    // Only granular apps have manifests.
    kind: 'granular',
    botScopes: [...(scopes.bot ?? []), ...(scopes.bot_optional ?? [])],
    userScopes: [...(scopes.user ?? []), ...(scopes.user_optional ?? [])],
    optionalScopes: [...(scopes.bot_optional ?? []), ...(scopes.user_optional ?? [])],
    redirectUrls: oauth_config.redirect_urls ?? [],
    requestUrl: events.request_url,
    interactivityUrl: interactivity?.request_url,
    optionsUrl: interactivity?.message_menu_options_url,
    commands: (features.slash_commands ?? []).map(({ command, url }) => ({ command, url })),
    shortcuts: (features.shortcuts ?? []).map(({ type, name, callback_id: callbackId }) => ({
      type,
      name,
      callbackId,
    })),
    eventSubscriptions: [...new Set([...(events.bot_events ?? []), ...(events.user_events ?? [])])],
    isSocketModeOn: settings.socket_mode_enabled ?? false,
    isTokenRotationOn: settings.token_rotation_enabled ?? false,
    isOrgWide: settings.org_deploy_enabled ?? false,
    isPkceOn: oauth_config.pkce_enabled ?? false,
    manifest,
  } as const satisfies AppSeed;
}

/**
 * The app that is asked for, with the settings of its manifest.
 * @throws SimulatorError `invalid_manifest`
 */
export function seedOf({ manifest, ...said }: AppRequest): AppSeed {
  if (manifest === undefined) return said;
  const own = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { ...settingsOf(requireManifest(manifest)), ...own };
}

/** The manifest of an app as it is now. (https://docs.slack.dev/reference/methods/apps.manifest.export) */
export function manifestOf(app: App): Manifest {
  const { features = {}, oauth_config = {}, settings = {}, ...rest } = (app.manifest ?? {}) as Partial<Manifest>;
  const isOptional = (scope: string) => app.optionalScopes.includes(scope);
  const needed = (scopes: readonly string[]) => scopes.filter((scope) => !isOptional(scope));
  const optional = (scopes: readonly string[]) => listed(scopes.filter(isOptional));
  return {
    ...rest,
    display_information: { ...rest.display_information, name: app.name },
    features: {
      ...features,
      bot_user: { always_online: false, ...features.bot_user, display_name: app.botName ?? app.name },
      shortcuts: listed(app.shortcuts.map((one) => shortcutOf(one, features))),
      slash_commands: listed(app.commands.map((one) => commandOf(one, features))),
    },
    oauth_config: {
      ...oauth_config,
      redirect_urls: listed(app.redirectUrls),
      scopes: {
        bot: needed(app.botScopes),
        bot_optional: optional(app.botScopes),
        user: listed(needed(app.userScopes)),
        user_optional: optional(app.userScopes),
      },
      pkce_enabled: app.isPkceOn,
    },
    settings: {
      ...settings,
      ...deliverySettings(app, settings),
      org_deploy_enabled: app.isOrgWide,
      socket_mode_enabled: app.isSocketModeOn,
      token_rotation_enabled: app.isTokenRotationOn,
    },
  };
}

function deliverySettings(app: App, { event_subscriptions, interactivity }: NonNullable<Manifest['settings']>) {
  const userEvents = (event_subscriptions?.user_events ?? []).filter((one) => app.eventSubscriptions.includes(one));
  const alsoOfBot = new Set(event_subscriptions?.bot_events);
  const botEvents = app.eventSubscriptions.filter((one) => !userEvents.includes(one) || alsoOfBot.has(one));
  return {
    event_subscriptions: {
      ...event_subscriptions,
      request_url: app.requestUrl,
      bot_events: listed(botEvents),
      user_events: listed(userEvents),
    },
    interactivity: {
      ...interactivity,
      is_enabled: interactivity?.is_enabled ?? (app.interactivityUrl !== undefined || app.isSocketModeOn),
      request_url: app.interactivityUrl,
      message_menu_options_url: app.optionsUrl,
    },
  };
}

type Features = NonNullable<Manifest['features']>;

function commandOf({ command, url }: App['commands'][number], { slash_commands: known = [] }: Features) {
  return { description: '', ...known.find((one) => one.command === command), command, url };
}

function shortcutOf({ type, name, callbackId }: App['shortcuts'][number], { shortcuts: known = [] }: Features) {
  return {
    description: '',
    ...known.find((one) => one.callback_id === callbackId),
    type,
    name,
    callback_id: callbackId,
  };
}

/** Empty lists are left out. */
function listed<Item>(items: readonly Item[]): Item[] | undefined {
  return items.length > 0 ? [...items] : undefined;
}
