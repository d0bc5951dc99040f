/**
 * The app manifest that a bot needs: what Slack's settings of the app have to say for it to work on this server.
 * (https://docs.slack.dev/reference/app-manifest)
 */
import type { Config } from '../config/config.ts';
import type { BotDeclarations } from './bot-declarations.ts';
import { manifestLimits } from './manifest-limits.ts';
import { scopesOf } from './scopes.ts';
import { messageEvents } from './slack-needs.ts';

export interface Manifest {
  display_information: { name: string; description?: string };
  features: {
    app_home?: { home_tab_enabled: boolean; messages_tab_enabled: boolean };
    assistant_view?: { assistant_description: string };
    bot_user: { display_name: string; always_online: boolean };
    slash_commands?: {
      command: string;
      description: string;
      usage_hint?: string;
      url?: string;
      should_escape: boolean;
    }[];
    shortcuts?: { name: string; type: 'global' | 'message'; callback_id: string; description: string }[];
  };
  oauth_config: { redirect_urls: string[]; scopes: { bot: string[]; user?: string[] }; pkce_enabled?: boolean };
  settings: {
    event_subscriptions: { request_url?: string; bot_events: string[] };
    interactivity: { is_enabled: boolean; request_url?: string; message_menu_options_url?: string };
    org_deploy_enabled: boolean;
    socket_mode_enabled: boolean;
    token_rotation_enabled: boolean;
    function_runtime?: 'remote';
  };
  /** Steps of workflows, by callback id. */
  functions?: Record<string, ManifestFunction>;
}

/** What a step takes and gives no code of the bot says: to be added by hand. */
interface ManifestFunction {
  title: string;
  description: string;
  input_parameters: Record<string, never>;
  output_parameters: Record<string, never>;
}

export interface ManifestNeeds {
  name: string;
  description?: string | undefined;
  config: Pick<Config, 'slackScopes' | 'slackUserScopes' | 'slackTransport' | 'slackPkce'> & {
    publicUrl: string;
  };
  declared: BotDeclarations;
  /** Methods of the Web API that the bot calls. */
  methods: Iterable<string>;
}

/** Without them the server learns only by a failing call that it was removed. */
const OWN_EVENTS = ['app_uninstalled', 'tokens_revoked'];

/** Makes it. Bring Slack what it says in the settings of the app, under App Manifest. */
export function manifestFor({ name, description, config, declared, methods }: ManifestNeeds): Manifest {
  const bot = scopesOf({ asked: config.slackScopes, declared, methods });
  const isSocket = config.slackTransport === 'socket';
  const requestUrl = isSocket ? {} : { request_url: `${config.publicUrl}/slack/events` };
  const commands = declared.commands.map((command) => {
    const described = declared.describedCommands.find((one) => one.command === command);
    const { description: what = '', usageHint = '' } = described ?? {};
    return {
      command,
      description: what === '' ? sentence(command.slice(1)) : what,
      ...(usageHint === '' ? {} : { usage_hint: usageHint }),
      ...(isSocket ? {} : { url: `${config.publicUrl}/slack/events` }),
      // Without it people and channels come as their names, and nobody knows whose those are.
      should_escape: described !== undefined,
    };
  });
  const shortcuts = declared.shortcuts.map(({ callbackId, type }) => ({
    name: sentence(callbackId).slice(0, manifestLimits.shortcutName),
    type,
    callback_id: callbackId,
    description: sentence(callbackId),
  }));
  const botEvents = botEventsOf(declared, bot);
  return {
    display_information: { name, ...(description === undefined ? {} : { description }) },
    features: {
      ...(botEvents.includes('app_home_opened') || declared.directMessages
        ? { app_home: { home_tab_enabled: botEvents.includes('app_home_opened'), messages_tab_enabled: true } }
        : {}),
      ...(declared.assistant ? { assistant_view: { assistant_description: description ?? name } } : {}),
      bot_user: { display_name: name, always_online: true },
      ...(commands.length > 0 ? { slash_commands: commands } : {}),
      ...(shortcuts.length > 0 ? { shortcuts } : {}),
    },
    oauth_config: {
      redirect_urls: [`${config.publicUrl}/slack/oauth_redirect`],
      scopes: { bot, ...(config.slackUserScopes.length > 0 ? { user: config.slackUserScopes } : {}) },
      ...(config.slackPkce ? { pkce_enabled: true } : {}),
    },
    settings: {
      event_subscriptions: { ...requestUrl, bot_events: botEvents },
      interactivity: {
        is_enabled: declared.interactive,
        ...(declared.interactive ? requestUrl : {}),
        ...(declared.options && !isSocket ? { message_menu_options_url: `${config.publicUrl}/slack/events` } : {}),
      },
      // Slack takes functions only of apps that can be installed in whole organizations. (https://docs.slack.dev/tools/bolt-js/tutorials/custom-steps)
      org_deploy_enabled: declared.functions.length > 0,
      socket_mode_enabled: isSocket,
      token_rotation_enabled: false,
      ...(declared.functions.length > 0 ? { function_runtime: 'remote' } : {}),
    },
    ...(declared.functions.length > 0 ? { functions: functionsOf(declared.functions) } : {}),
  };
}

function functionsOf(callbackIds: readonly string[]): Record<string, ManifestFunction> {
  return Object.fromEntries(
    callbackIds.map((id) => [
      id,
      { title: sentence(id), description: sentence(id), input_parameters: {}, output_parameters: {} },
    ]),
  );
}

/** Messages only of the conversations that the scopes let the bot read. */
function botEventsOf(
  { events, messages, directMessages, assistant }: BotDeclarations,
  scopes: readonly string[],
): string[] {
  const wanted = new Set([...events, ...OWN_EVENTS]);
  if (messages) {
    for (const [event, scope] of Object.entries(messageEvents)) if (scopes.includes(scope)) wanted.add(event);
  }
  if (directMessages) wanted.add('message.im');
  if (assistant) {
    for (const event of ['assistant_thread_started', 'assistant_thread_context_changed', 'message.im'])
      wanted.add(event);
  }
  return Array.from(wanted).toSorted();
}

/** `create_ticket` is Create ticket: words for a person, to be bettered by hand. */
function sentence(name: string): string {
  const words = name.replace(/[_:.-]+/g, ' ').trim();
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}
