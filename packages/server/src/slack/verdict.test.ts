import { describe, expect, it } from 'vitest';
import { type AnswerSource, classify, isAmbiguous, type VerdictClass } from './verdict.ts';

const sources = ['connect', 'probe', 'refresh', 'call', 'open'] as const satisfies AnswerSource[];

/**
 * What each of Slack's codes means, by who was answered: rtm.connect, auth.test, the refresh of a token, a listener's call,
 * apps.connections.open. Written by hand from Slack's documentation of each code; nothing is derived from the table.
 */
const table: Record<string, readonly [VerdictClass, VerdictClass, VerdictClass, VerdictClass, VerdictClass]> = {
  // Gone: the app was removed, the token revoked, the workspace or the bot switched off. (F)
  account_inactive: ['terminal', 'terminal', 'terminal', 'terminal', 'operator'],
  token_revoked: ['terminal', 'terminal', 'terminal', 'terminal', 'operator'],
  // Ambiguous, because a blocked address gets it as well: terminal only after a second probe.
  invalid_auth: ['terminal', 'terminal', 'terminal', 'terminal', 'operator'],
  // In the list of what @slack/rtm-api does not try again, and nowhere in the documentation.
  user_removed_from_team: ['terminal', 'terminal', 'terminal', 'terminal', 'operator'],
  team_disabled: ['terminal', 'terminal', 'terminal', 'terminal', 'operator'],
  legacy_custom_bots_deprecated: ['terminal', 'terminal', 'terminal', 'terminal', 'operator'],
  // Expired: the refresh token gets the next one. (R)
  token_expired: ['refreshable', 'refreshable', 'refreshable', 'refreshable', 'operator'],
  // Only a refresh is answered so: used up or revoked; the access token is asked next. (R, then F)
  invalid_refresh_token: ['transient', 'transient', 'terminal', 'call', 'transient'],
  // A wrong client by other words, of OAuth itself and of Slack-compatible servers.
  invalid_client: ['transient', 'transient', 'operator', 'call', 'transient'],
  bad_client_id: ['transient', 'transient', 'operator', 'call', 'transient'],
  // Paused by the organisation or an admin; the grant stands. (S)
  ekm_access_denied: ['suspended', 'suspended', 'suspended', 'suspended', 'operator'],
  org_login_required: ['suspended', 'suspended', 'suspended', 'suspended', 'operator'],
  team_access_not_granted: ['suspended', 'suspended', 'suspended', 'suspended', 'operator'],
  two_factor_setup_required: ['suspended', 'suspended', 'suspended', 'suspended', 'operator'],
  // Our token, our transport, our scopes, our network. (C)
  not_authed: ['operator', 'operator', 'operator', 'operator', 'operator'],
  not_allowed_token_type: ['operator', 'operator', 'operator', 'operator', 'operator'],
  missing_scope: ['operator', 'operator', 'operator', 'operator', 'operator'],
  is_bot: ['operator', 'operator', 'operator', 'operator', 'operator'],
  accesslimited: ['operator', 'operator', 'operator', 'operator', 'operator'],
  enterprise_is_restricted: ['operator', 'operator', 'operator', 'operator', 'operator'],
  // Our client id, secret and redirect URL: of the app, so never one team's fault. (C)
  bad_client_secret: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_client_id: ['operator', 'operator', 'operator', 'operator', 'operator'],
  bad_redirect_uri: ['operator', 'operator', 'operator', 'operator', 'operator'],
  oauth_authorization_url_mismatch: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_scope: ['operator', 'operator', 'operator', 'operator', 'operator'],
  no_scopes: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_grant_type: ['operator', 'operator', 'operator', 'operator', 'operator'],
  // Socket Mode: the app token and its switch. (C)
  forbidden_team: ['operator', 'operator', 'operator', 'operator', 'operator'],
  insecure_request: ['operator', 'operator', 'operator', 'operator', 'operator'],
  missing_args: ['operator', 'operator', 'operator', 'operator', 'operator'],
  link_disabled: ['operator', 'operator', 'operator', 'operator', 'operator'],
  // A bug of ours: a method that is gone, arguments that are wrong. (C)
  unknown_method: ['operator', 'operator', 'operator', 'operator', 'operator'],
  method_deprecated: ['operator', 'operator', 'operator', 'operator', 'operator'],
  deprecated_endpoint: ['operator', 'operator', 'operator', 'operator', 'operator'],
  rtm_connect_required: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_arg_name: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_arguments: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_array_arg: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_charset: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_form_data: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_post_type: ['operator', 'operator', 'operator', 'operator', 'operator'],
  missing_post_type: ['operator', 'operator', 'operator', 'operator', 'operator'],
  invalid_json: ['operator', 'operator', 'operator', 'operator', 'operator'],
  json_not_object: ['operator', 'operator', 'operator', 'operator', 'operator'],
  // Passes by itself. (T)
  team_added_to_org: ['transient', 'transient', 'transient', 'transient', 'transient'],
  migration_in_progress: ['transient', 'transient', 'transient', 'transient', 'transient'],
  ratelimited: ['transient', 'transient', 'transient', 'transient', 'transient'],
  rate_limited: ['transient', 'transient', 'transient', 'transient', 'transient'],
  internal_error: ['transient', 'transient', 'transient', 'transient', 'transient'],
  fatal_error: ['transient', 'transient', 'transient', 'transient', 'transient'],
  service_unavailable: ['transient', 'transient', 'transient', 'transient', 'transient'],
  request_timeout: ['transient', 'transient', 'transient', 'transient', 'transient'],
  too_many_websockets: ['transient', 'transient', 'transient', 'transient', 'transient'],
  // About this call: a channel, a person, a text, a view, a code of OAuth. (Q)
  no_permission: ['call', 'call', 'call', 'call', 'operator'],
  access_denied: ['call', 'call', 'call', 'call', 'operator'],
  team_not_found: ['call', 'call', 'call', 'call', 'operator'],
  invalid_team: ['call', 'call', 'call', 'call', 'operator'],
  user_is_restricted: ['call', 'call', 'call', 'call', 'operator'],
  app_access_restricted: ['call', 'call', 'call', 'call', 'operator'],
  restricted_action: ['call', 'call', 'call', 'call', 'operator'],
  restricted_action_non_threadable_channel: ['call', 'call', 'call', 'call', 'operator'],
  restricted_action_read_only_channel: ['call', 'call', 'call', 'call', 'operator'],
  restricted_action_thread_locked: ['call', 'call', 'call', 'call', 'operator'],
  restricted_action_thread_only_channel: ['call', 'call', 'call', 'call', 'operator'],
  not_in_channel: ['call', 'call', 'call', 'call', 'operator'],
  channel_not_found: ['call', 'call', 'call', 'call', 'operator'],
  is_archived: ['call', 'call', 'call', 'call', 'operator'],
  messages_tab_disabled: ['call', 'call', 'call', 'call', 'operator'],
  message_limit_exceeded: ['call', 'call', 'call', 'call', 'operator'],
  msg_too_long: ['call', 'call', 'call', 'call', 'operator'],
  invalid_code: ['call', 'call', 'call', 'call', 'operator'],
  code_already_used: ['call', 'call', 'call', 'call', 'operator'],
  // Codes of single methods, which the table does not name: about the call when it is one, and never proof.
  hash_conflict: ['transient', 'transient', 'transient', 'call', 'transient'],
  trigger_expired: ['transient', 'transient', 'transient', 'call', 'transient'],
  trigger_exchanged: ['transient', 'transient', 'transient', 'call', 'transient'],
  markdown_text_conflict: ['transient', 'transient', 'transient', 'call', 'transient'],
  message_not_in_streaming_state: ['transient', 'transient', 'transient', 'call', 'transient'],
  message_not_owned_by_app: ['transient', 'transient', 'transient', 'call', 'transient'],
  stopped_by_user: ['transient', 'transient', 'transient', 'call', 'transient'],
  missing_resource: ['transient', 'transient', 'transient', 'call', 'transient'],
  invalid_token: ['transient', 'transient', 'transient', 'call', 'transient'],
  authorization_not_found: ['transient', 'transient', 'transient', 'call', 'transient'],
  token_already_exchanged: ['transient', 'transient', 'transient', 'call', 'transient'],
  token_rotation_not_enabled: ['transient', 'transient', 'transient', 'call', 'transient'],
  not_bearer_token: ['transient', 'transient', 'transient', 'call', 'transient'],
  client_id_token_mismatch: ['transient', 'transient', 'transient', 'call', 'transient'],
  invalid_code_verifier: ['transient', 'transient', 'transient', 'call', 'transient'],
  pkce_not_allowed: ['transient', 'transient', 'transient', 'call', 'transient'],
  cannot_install_an_org_installed_app: ['transient', 'transient', 'transient', 'call', 'transient'],
  user_email_unverified: ['transient', 'transient', 'transient', 'call', 'transient'],
  preview_feature_not_available: ['transient', 'transient', 'transient', 'call', 'transient'],
  // Nobody has seen them.
  a_code_of_tomorrow: ['transient', 'transient', 'transient', 'call', 'transient'],
  '': ['transient', 'transient', 'transient', 'call', 'transient'],
};

const cells = Object.entries(table).flatMap(([code, row]) =>
  sources.map((source, column) => [code, source, row[column] as VerdictClass] as const),
);

/** The codes whose verdict about the installation is the class: what rtm.connect says. */
function codesOf(verdict: VerdictClass): string[] {
  return Object.entries(table).flatMap(([code, [connect]]) => (connect === verdict ? [code] : []));
}

describe('the verdict table', () => {
  it.each(cells)('reads %j as the answer to a %s as %s', (code, source, expected) => {
    expect(classify(code, source)).toBe(expected);
  });

  it.each(['__proto__', 'constructor', 'toString'])('does not find %s, which every object has', (code) => {
    const classes = sources.map((source) => classify(code, source));
    expect(classes).toEqual(['transient', 'transient', 'transient', 'call', 'transient']);
  });

  it('takes six codes and an expired token that nothing refreshes for the end of a grant, and no other', () => {
    expect(codesOf('terminal')).toEqual([
      'account_inactive',
      'token_revoked',
      'invalid_auth',
      'user_removed_from_team',
      'team_disabled',
      'legacy_custom_bots_deprecated',
    ]);
    expect(codesOf('refreshable')).toEqual(['token_expired']);
  });

  it.each(cells.filter(([, source]) => source === 'open'))(
    'blames no team for %j when the app asks for a socket',
    (code, source) => {
      expect(['operator', 'transient']).toContain(classify(code, source));
    },
  );

  it.each(sources)('lets the operator give codes another class, asked by %s', (source) => {
    const own = { bot_removed: 'terminal', account_inactive: 'suspended', invalid_refresh_token: 'transient' } as const;
    expect(classify('bot_removed', source, own)).toBe(source === 'open' ? 'operator' : 'terminal');
    expect(classify('account_inactive', source, own)).toBe(source === 'open' ? 'operator' : 'suspended');
    expect(classify('invalid_refresh_token', source, own)).toBe('transient');
    expect(classify('token_revoked', source, own)).toBe(source === 'open' ? 'operator' : 'terminal');
  });

  it('wants a second proof for invalid_auth alone', () => {
    expect(Object.keys(table).filter(isAmbiguous)).toEqual(['invalid_auth']);
  });
});
