import { describe, expect, it } from 'vitest';
import { classify, isAmbiguous } from './verdict.ts';

// Written from Slack's documentation of each code, class by class; not derived from the table.
const gone = [
  'account_inactive',
  'token_revoked',
  'invalid_auth',
  'user_removed_from_team',
  'team_disabled',
  'legacy_custom_bots_deprecated',
];
const paused = ['ekm_access_denied', 'org_login_required', 'team_access_not_granted', 'two_factor_setup_required'];
const ourFault = [
  'not_authed',
  'not_allowed_token_type',
  'missing_scope',
  'is_bot',
  'accesslimited',
  'enterprise_is_restricted',
  'bad_client_secret',
  'invalid_client_id',
  'bad_redirect_uri',
  'oauth_authorization_url_mismatch',
  'invalid_scope',
  'no_scopes',
  'forbidden_team',
  'insecure_request',
  'missing_args',
  'link_disabled',
  'unknown_method',
  'method_deprecated',
  'deprecated_endpoint',
  'rtm_connect_required',
  'invalid_arg_name',
  'invalid_arguments',
  'invalid_array_arg',
  'invalid_charset',
  'invalid_form_data',
  'invalid_post_type',
  'missing_post_type',
  'invalid_json',
  'json_not_object',
];
const passing = [
  'migration_in_progress',
  'team_added_to_org',
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'too_many_websockets',
];
const thisCallOnly = [
  'no_permission',
  'access_denied',
  'team_not_found',
  'invalid_team',
  'user_is_restricted',
  'app_access_restricted',
  'restricted_action',
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'messages_tab_disabled',
  'message_limit_exceeded',
  'msg_too_long',
  'invalid_code',
  'code_already_used',
];

describe('the verdict table', () => {
  it.each(gone)('takes %s as proof that the grant is gone', (code) => {
    for (const source of ['connect', 'probe', 'call'] as const) expect(classify(code, source)).toBe('terminal');
  });

  it('lets an expired token be refreshed', () => {
    expect(classify('token_expired', 'probe')).toBe('refreshable');
  });

  it.each(paused)('takes %s as paused by the organisation or an admin', (code) => {
    expect(classify(code, 'probe')).toBe('suspended');
  });

  it.each(ourFault)('never blames the team for %s', (code) => {
    for (const source of ['connect', 'probe', 'call'] as const) expect(classify(code, source)).toBe('operator');
  });

  it.each(passing)('waits for %s to pass', (code) => {
    expect(classify(code, 'connect')).toBe('transient');
  });

  it.each(thisCallOnly)('lets %s concern one call only', (code) => {
    expect(classify(code, 'call')).toBe('call');
  });

  it.each(['a_code_of_tomorrow', 'constructor', '__proto__', ''])(
    'never deactivates for the unknown code %j',
    (code) => {
      expect(classify(code, 'connect')).toBe('transient');
      expect(classify(code, 'probe')).toBe('transient');
      expect(classify(code, 'call')).toBe('call');
    },
  );

  it('lets the operator give codes another class', () => {
    expect(classify('bot_removed', 'connect', { bot_removed: 'terminal' })).toBe('terminal');
    expect(classify('account_inactive', 'connect', { account_inactive: 'suspended' })).toBe('suspended');
  });

  it('wants a second proof for invalid_auth alone', () => {
    expect(gone.filter(isAmbiguous)).toEqual(['invalid_auth']);
  });
});
