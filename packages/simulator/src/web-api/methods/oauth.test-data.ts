/** Facts about oauth.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const oauthFacts = {
  'oauth.access': {
    test: 'src/oauth/oauth.test.ts › gives the tokens of the bot and of the person',
    errors: `
      bad_client_secret bad_redirect_uri code_already_used internal_error invalid_client_id invalid_code
      invalid_token missing_resource oauth_authorization_url_mismatch user_email_unverified
    `,
  },
} as const satisfies MethodFacts;
