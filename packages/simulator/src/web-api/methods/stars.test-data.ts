/** Facts about stars.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const test = 'src/web-api/methods/stars.test.ts › are kept for their owner alone, whose apps and sockets hear of them';
const missing = 'stars of files';

export const starsFacts = {
  'stars.add': {
    test,
    missing,
    errors: `
      already_starred bad_timestamp channel_not_found external_channel_migrating file_comment_not_found file_not_found
      message_not_found no_item_specified
    `,
  },
  'stars.list': { test, missing, errors: 'missing_argument' },
  'stars.remove': {
    test,
    missing,
    errors: `
      bad_timestamp channel_not_found file_comment_not_found file_not_found message_not_found no_item_specified
      not_starred
    `,
  },
} as const satisfies MethodFacts;
