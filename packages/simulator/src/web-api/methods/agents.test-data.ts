/** Facts about agents.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const agentsFacts = {
  'agents.sessions.rename': {
    test: 'src/web-api/methods/agents.test.ts › is begun by setStatus, renamed by its app, and shown with its own name',
    errors: `
      channel_not_found feature_disabled internal_error invalid_name is_archived name_taken not_authorized
      session_not_found thread_ts_not_allowed thread_ts_required
    `,
  },
  'agents.sessions.setStatus': {
    test: 'src/web-api/methods/agents.test.ts › is begun by setStatus, renamed by its app, and shown with its own name',
    errors: `
      channel_not_found feature_disabled internal_error invalid_status not_authorized thread_ts_not_allowed
      thread_ts_required user_not_found
    `,
  },
} as const satisfies MethodFacts;
