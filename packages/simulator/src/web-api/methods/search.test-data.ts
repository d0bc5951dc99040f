/** Facts about search.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/search.test.ts';
const files = `${file} › search.files and search.all find files by their name` as const;
const errors = 'no_query';
// The guide says it of every method with cursors. (https://docs.slack.dev/apis/web-api/pagination)
const unlistedErrors = 'invalid_cursor';

export const searchFacts = {
  'search.all': { test: files, errors },
  'search.files': { test: files, missing: 'the content of files', errors },
  'search.messages': {
    test: `${file} › search.messages pages, sorts and highlights`,
    missing: 'relevance: the newest comes first',
    errors,
    unlistedErrors,
  },
} as const satisfies MethodFacts;
