/** Facts about auth.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const authFacts = {
  'apps.uninstall': {
    test: 'src/oauth/oauth-v2.test.ts › comes with apps.uninstall: bot tokens are inactive, user tokens revoked, and a re-install gives new ones',
    errors: 'bad_client_secret client_id_token_mismatch internal_error invalid_client_id',
  },
  'auth.revoke': {
    test: 'src/oauth/oauth-v2.test.ts › comes with auth.revoke of a bot token that does not rotate; a dry run ends nothing',
    errors: 'internal_error not_bearer_token',
  },
  'auth.teams.list': {
    test: 'src/oauth/org-install.test.ts › works nowhere until a workspace was given access, and no longer than that',
    errors: 'internal_error invalid_auth invalid_cursor invalid_limit',
  },
  'auth.test': {
    test: 'test/compat-web-api.test.ts › knows who it is, and reads the scopes from the headers',
    errors: 'internal_error invalid_auth',
  },
} as const satisfies MethodFacts;
