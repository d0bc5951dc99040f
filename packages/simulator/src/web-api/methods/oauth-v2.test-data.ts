/** Facts about oauth-v2.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const oauthV2Facts = {
  'oauth.v2.access': {
    test: 'src/oauth/oauth-v2.test.ts › gives the token of the bot, and no token of the person when none was asked',
    errors: `
      bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app invalid_client_id invalid_code
      invalid_code_verifier invalid_grant_type invalid_refresh_token no_scopes oauth_authorization_url_mismatch
      pkce_not_allowed preview_feature_not_available user_email_unverified
    `,
  },
  'oauth.v2.exchange': {
    test: 'src/oauth/token-rotation.test.ts › turns a long-lived token into a rotating one, once',
    errors: `
      authorization_not_found bad_client_secret internal_error invalid_client_id invalid_token
      token_already_exchanged token_rotation_not_enabled
    `,
  },
  'oauth.v2.user.access': {
    test: 'src/oauth/oauth-v2.test.ts › answers /oauth/v2_user/authorize by oauth.v2.user.access',
    errors: `
      bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app invalid_client_id invalid_code
      invalid_grant_type invalid_refresh_token no_scopes no_user_scopes not_implemented
      oauth_authorization_url_mismatch preview_feature_not_available user_email_unverified
    `,
  },
} as const satisfies MethodFacts;
