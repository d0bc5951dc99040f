/** Facts about rtm.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const rtmFacts = {
  'rtm.connect': {
    test: 'src/rtm/rtm.test.ts › opens one socket, and no second one',
    errors: 'migration_in_progress',
  },
  'rtm.start': {
    test: 'src/web-api/answer-keys.test.ts › rtm.start',
    errors: 'migration_in_progress rtm_connect_required',
  },
} as const satisfies MethodFacts;
