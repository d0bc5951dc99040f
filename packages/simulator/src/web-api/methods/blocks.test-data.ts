/** Facts about blocks.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const blocksFacts = {
  'blocks.validate': {
    test: 'src/web-api/methods/blocks.test.ts › blocks.validate says what chat.postMessage would say, and knows where blocks may be',
    errors: 'invalid_arguments invalid_blocks invalid_message invalid_view',
  },
} as const satisfies MethodFacts;
