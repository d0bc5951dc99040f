/** Facts about emoji.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const emojiFacts = {
  'emoji.list': {
    test: 'src/web-api/methods/assistant.test.ts › has what was added, and no longer what was taken away',
    errors: 'invalid_arguments unable_to_fetch_custom_emojis',
  },
} as const satisfies MethodFacts;
