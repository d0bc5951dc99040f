/** Facts about openid.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/openid.test.ts';

export const openIdFacts = {
  'openid.connect.token': {
    test: `${file} › gives a signed id token and an access token, and brings no bot`,
    errors: `
      bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app invalid_client invalid_client_id
      invalid_code invalid_grant invalid_grant_type invalid_refresh_token invalid_request
      oauth_authorization_url_mismatch preview_feature_not_available unsupported_grant_type
    `,
  },
  'openid.connect.userInfo': { test: `${file} › says of a person what they granted`, errors: '' },
} as const satisfies MethodFacts;
