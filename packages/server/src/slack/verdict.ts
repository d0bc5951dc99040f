/**
 * The one table from Slack's answer to what it means for an installation. Pure; the judge and the connections ask it.
 * It classifies a code, it does not decide: what a class leads to is installation-lifecycle.ts.
 */

/**
 * - `terminal`: the grant is gone; a confirmed one deactivates
 * - `refreshable`: the access token expired; terminal when nothing can refresh it
 * - `suspended`: the organisation or an admin paused the app; the grant still stands
 * - `operator`: our own configuration is wrong; never the team's fault
 * - `transient`: passes by itself; try again
 * - `call`: concerns this one call only
 */
export type VerdictClass = (typeof verdictClasses)[number];

/** Their words, as an operator writes them. */
export const verdictClasses = ['terminal', 'refreshable', 'suspended', 'operator', 'transient', 'call'] as const;

/**
 * Slack's error codes with their class. Codes that are not listed concern the call alone when a listener called, and are
 * `transient` otherwise, because Slack warns that undocumented codes appear.
 * Sources: docs.slack.dev/reference/methods/rtm.connect, /auth.test, /oauth.v2.access and the common errors of every method.
 */
const verdictTable = {
  account_inactive: 'terminal',
  token_revoked: 'terminal',
  // Also what an IP allowlist answers: terminal only after a second probe, see isAmbiguous.
  invalid_auth: 'terminal',
  // The next two are in the "unrecoverable" list of Slack's own RTM client and nowhere in the documentation.
  user_removed_from_team: 'terminal',
  team_disabled: 'terminal',
  // Custom integration bots ended on 2025-03-31 for good; only an installation as an app helps.
  legacy_custom_bots_deprecated: 'terminal',

  token_expired: 'refreshable',

  ekm_access_denied: 'suspended',
  org_login_required: 'suspended',
  team_access_not_granted: 'suspended',
  two_factor_setup_required: 'suspended',

  not_authed: 'operator',
  not_allowed_token_type: 'operator',
  missing_scope: 'operator',
  is_bot: 'operator',
  accesslimited: 'operator',
  enterprise_is_restricted: 'operator',
  bad_client_secret: 'operator',
  invalid_client_id: 'operator',
  // Ours: an imported token whose auth.test names another team.
  wrong_team: 'operator',
  bad_redirect_uri: 'operator',
  oauth_authorization_url_mismatch: 'operator',
  invalid_scope: 'operator',
  no_scopes: 'operator',
  invalid_grant_type: 'operator',
  forbidden_team: 'operator',
  insecure_request: 'operator',
  missing_args: 'operator',
  link_disabled: 'operator',
  unknown_method: 'operator',
  method_deprecated: 'operator',
  deprecated_endpoint: 'operator',
  rtm_connect_required: 'operator',
  invalid_arg_name: 'operator',
  invalid_arguments: 'operator',
  invalid_array_arg: 'operator',
  invalid_charset: 'operator',
  invalid_form_data: 'operator',
  invalid_post_type: 'operator',
  missing_post_type: 'operator',
  invalid_json: 'operator',
  json_not_object: 'operator',

  team_added_to_org: 'transient',
  migration_in_progress: 'transient',
  ratelimited: 'transient',
  rate_limited: 'transient',
  internal_error: 'transient',
  fatal_error: 'transient',
  service_unavailable: 'transient',
  request_timeout: 'transient',
  too_many_websockets: 'transient',

  no_permission: 'call',
  access_denied: 'call',
  team_not_found: 'call',
  invalid_team: 'call',
  user_is_restricted: 'call',
  app_access_restricted: 'call',
  restricted_action: 'call',
  restricted_action_non_threadable_channel: 'call',
  restricted_action_read_only_channel: 'call',
  restricted_action_thread_locked: 'call',
  restricted_action_thread_only_channel: 'call',
  not_in_channel: 'call',
  channel_not_found: 'call',
  is_archived: 'call',
  messages_tab_disabled: 'call',
  message_limit_exceeded: 'call',
  msg_too_long: 'call',
  invalid_code: 'call',
  code_already_used: 'call',
} as const satisfies Record<string, VerdictClass>;

/** Codes that mean something for a refresh alone. (docs.slack.dev/authentication/using-token-rotation) */
const refreshTable = {
  // Used up, revoked or too old. The access token is asked before anybody is deactivated.
  invalid_refresh_token: 'terminal',
  // Two more words for a wrong client, of Slack-compatible servers and of OAuth itself (RFC 6749, 5.2).
  invalid_client: 'operator',
  bad_client_id: 'operator',
} as const satisfies Record<string, VerdictClass>;

/** Codes whose class the operator changed, for Slack-compatible servers with words of their own. */
export type VerdictOverrides = Readonly<Record<string, VerdictClass>>;

/**
 * Where an answer came from.
 * - `connect` (rtm.connect), `probe` (auth.test): asked about the installation
 * - `call`: any other call with a token of the installation
 * - `refresh` (oauth.v2.access): sent with the client's id and secret
 * - `open` (apps.connections.open): sent with the app-level token
 */
export type AnswerSource = 'connect' | 'probe' | 'call' | 'refresh' | 'open';

/** The class of Slack's error code. Unknown codes: `call` for a listener's call, otherwise `transient`. */
export function classify(code: string, source: AnswerSource, overrides: VerdictOverrides = {}): VerdictClass {
  const listed = classOf(code, source, overrides);
  // The token is the app's: whatever is wrong with it is the operator's to repair, and no team is to blame.
  if (source === 'open' && listed !== 'transient') return 'operator';
  return listed;
}

function classOf(code: string, source: AnswerSource, overrides: VerdictOverrides): VerdictClass {
  if (Object.hasOwn(overrides, code)) return overrides[code] as VerdictClass;
  if (source === 'refresh' && Object.hasOwn(refreshTable, code)) return refreshTable[code as keyof typeof refreshTable];
  if (Object.hasOwn(verdictTable, code)) return verdictTable[code as keyof typeof verdictTable];
  return source === 'call' ? 'call' : 'transient';
}

/**
 * True for a terminal code that Slack also gives for another reason: `invalid_auth` answers a request from an IP
 * address that the workspace does not allow. One such answer is not proof; a second one later is.
 */
export function isAmbiguous(code: string): boolean {
  return code === 'invalid_auth';
}
