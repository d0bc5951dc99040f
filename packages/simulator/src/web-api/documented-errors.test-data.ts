/**
 * Which error codes Slack documents for which method: those of every method here, its own in methods/<family>.test-data.ts.
 * A method answers no other code; documented-errors.test.ts checks that.
 */
import { methodCoverage } from './methods/coverage.test-data.ts';

/** Documented for every method. */
const EVERYWHERE = words(`
  access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
  fatal_error invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type is_bot
  method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type not_authed org_login_required
  ratelimited request_timeout service_unavailable team_added_to_org token_expired token_revoked
  two_factor_setup_required unknown_method
`);

/**
 * What Slack answers everywhere too, though the methods' pages do not repeat it: of the request itself, and of tokens.
 * (https://docs.slack.dev/apis/web-api, https://docs.slack.dev/apis/web-api/using-the-slack-web-api)
 */
const OF_REQUESTS = words(`
  invalid_arguments invalid_auth invalid_json json_not_object internal_error team_access_not_granted
`);

/** Every code that the method may answer; undefined for a method that is not listed. */
export function documentedErrors(method: string): ReadonlySet<string> | undefined {
  const facts = methodCoverage[method];
  return (
    facts && new Set([...EVERYWHERE, ...OF_REQUESTS, ...words(facts.errors), ...words(facts.unlistedErrors ?? '')])
  );
}

function words(list: string): readonly string[] {
  return list.split(/\s+/).filter((word) => word !== '');
}
