/** Facts about apps.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const appsFacts = {
  'apps.connections.open': {
    test: 'src/socket-mode/socket-mode.test.ts › gives the URL of one connection',
    errors: 'forbidden_team insecure_request internal_error invalid_auth missing_args',
  },
  'apps.event.authorizations.list': {
    test: 'src/events-api/events-api.test.ts › names its app and team to apps.event.authorizations.list',
    errors: 'auth_mismatch internal_error invalid_cursor invalid_event_context',
  },
} as const satisfies MethodFacts;
