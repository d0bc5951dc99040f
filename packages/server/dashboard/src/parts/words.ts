/** What codes mean, in words: a person reads what happened, and finds the code beside it. What is not listed is shown as it is. */

/** Of an installation: why it is inactive, suspended or in doubt. */
const REASONS: Readonly<Record<string, string>> = {
  account_inactive: 'the app was removed or switched off',
  token_revoked: 'its token was revoked',
  invalid_auth: 'Slack no longer knows its token',
  user_removed_from_team: 'the bot was removed from the workspace',
  team_disabled: 'the workspace was closed',
  legacy_custom_bots_deprecated: 'Slack ended custom bots',
  token_expired: 'its token has expired',
  invalid_refresh_token: 'its token could not be refreshed',
  ekm_access_denied: 'its organization withdrew the encryption key',
  org_login_required: 'its organization asks for a login',
  team_access_not_granted: 'its organization has not let the bot in',
  team_access_revoked: 'its organization took the bot out',
  two_factor_setup_required: 'two-factor login has to be set up',
  missing_scope: 'a permission is missing',
  not_authed: 'no token was sent',
  not_allowed_token_type: 'it has a token of another kind',
  wrong_team: 'its token is of another workspace',
  operator: 'an operator deactivated it',
  bot: 'the bot deactivated it',
  app_moved: 'the database was given to another Slack app',
  team_row_changed: 'its row was changed from outside',
  app_uninstalled: 'the app was uninstalled',
  tokens_revoked: 'its tokens were revoked',
};

/** Of an event that failed. */
const ERRORS: Readonly<Record<string, string>> = {
  listener_failed: 'a listener failed',
  handler_timed_out: 'a listener took too long',
  ack_missing: 'it was not acknowledged',
  answer_not_sendable: 'Slack would not take the answer',
  poison: 'the process died twice while handling it',
  unreadable: 'what is stored of it cannot be read',
  fenced: 'the server had lost its database',
  stopped_by_user: 'a person pressed Stop',
  installation_not_active: 'the team was not active',
  installation_not_found: 'the team is not known',
  rate_limited: 'Slack rate-limited its calls',
  slack_unreachable: 'Slack could not be reached',
  store_unavailable: 'the database did not answer',
  user_token_revoked: 'the person’s token was revoked',
  token_expired: 'the token had expired',
};

/** `bot: trial_ended` is a reason in the bot's own words. */
export function reasonWords(reason: string): string {
  if (reason.startsWith('bot: ')) return `the bot deactivated it: ${reason.slice('bot: '.length)}`;
  return Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? reason) : reason;
}

export function errorWords(code: string): string {
  return Object.hasOwn(ERRORS, code) ? (ERRORS[code] ?? code) : code;
}
