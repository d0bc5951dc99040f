/** Facts about user-presence.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const userPresenceFacts = {
  'users.getPresence': {
    test: 'src/web-api/methods/user-presence.test.ts › users.getPresence shows a bot as active while it is connected',
    errors: '',
    // The page lists none, yet somebody who is not there has no presence.
    unlistedErrors: 'user_not_found',
  },
  'users.setActive': {
    test: 'src/web-api/methods/user-presence.test.ts › users.getPresence tells oneself why',
    errors: '',
  },
  'users.setPresence': {
    test: 'src/web-api/methods/user-presence.test.ts › users.setPresence wins over everything until it is auto again, and sockets hear of it',
    errors: 'invalid_presence',
  },
} as const satisfies MethodFacts;
