/**
 * Slack's app manifest, as far as the simulator acts on it; keys that it does not know are kept as they are.
 * (https://docs.slack.dev/reference/app-manifest; the keys also in @slack/web-api, types/request/manifest.d.ts)
 */
import { z } from 'zod';

const flag = z.boolean().optional();
const scopes = z.array(z.string().min(1)).max(255).optional();
const events = z.array(z.string().min(1)).max(100).optional();
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be a URL' });

const slashCommand = z.looseObject({
  command: z.string().regex(/^\/\S{1,31}$/, 'must begin with a slash and have at most 32 characters'),
  description: z.string().max(2000),
  url: httpUrl.optional(),
  usage_hint: z.string().max(1000).optional(),
  should_escape: flag,
});

const shortcut = z.looseObject({
  name: z.string().min(1).max(24),
  type: z.enum(['global', 'message']),
  callback_id: z.string().min(1).max(255),
  description: z.string().max(150),
});

const features = z.looseObject({
  app_home: z.looseObject({ home_tab_enabled: flag, messages_tab_enabled: flag }).optional(),
  bot_user: z.looseObject({ display_name: z.string().min(1).max(80), always_online: flag }).optional(),
  shortcuts: z.array(shortcut).max(10).optional(),
  slash_commands: z.array(slashCommand).max(50).optional(),
  unfurl_domains: z.array(z.string()).max(5).optional(),
});

const oauthConfig = z.looseObject({
  redirect_urls: z.array(httpUrl).max(1000).optional(),
  scopes: z.looseObject({ bot: scopes, user: scopes, bot_optional: scopes, user_optional: scopes }).optional(),
  pkce_enabled: flag,
});

const settings = z.looseObject({
  event_subscriptions: z
    .looseObject({ request_url: httpUrl.optional(), bot_events: events, user_events: events })
    .optional(),
  interactivity: z
    .looseObject({
      is_enabled: z.boolean(),
      request_url: httpUrl.optional(),
      message_menu_options_url: httpUrl.optional(),
    })
    .optional(),
  org_deploy_enabled: flag,
  socket_mode_enabled: flag,
  token_rotation_enabled: flag,
});

const parameter = z.looseObject({
  type: z.string().min(1),
  title: z.string().optional(),
  description: z.string().optional(),
  is_required: flag,
});
const parameterNames = z.record(z.string().min(1), parameter);

/** By name, or as a schema with the names of those that are required. (@slack/web-api, ManifestFunction) */
const parameters = z.union([
  z.strictObject({ properties: parameterNames, required: z.array(z.string()).optional() }),
  parameterNames,
]);

const appFunction = z.looseObject({
  title: z.string().min(1),
  description: z.string().optional(),
  input_parameters: parameters.optional(),
  output_parameters: parameters.optional(),
});

export const manifestSchema = z.looseObject({
  _metadata: z.looseObject({ major_version: z.int().optional(), minor_version: z.int().optional() }).optional(),
  display_information: z.looseObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140).optional(),
    long_description: z.string().min(175).max(4000).optional(),
    background_color: z
      .string()
      .regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'must be a colour like #4a154b')
      .optional(),
  }),
  features: features.optional(),
  oauth_config: oauthConfig.optional(),
  settings: settings.optional(),
  functions: z.record(z.string().min(1), appFunction).optional(),
});

/** A manifest that was checked. */
export type Manifest = z.output<typeof manifestSchema>;
