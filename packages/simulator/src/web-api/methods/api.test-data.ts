/** Facts about api.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const apiFacts = {
  'api.test': {
    test: 'src/web-api/message-answer-keys.test.ts › emoji.list and api.test',
    errors: '',
  },
} as const satisfies MethodFacts;
