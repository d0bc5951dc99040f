/** Facts about users.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const usersFacts = {
  'bots.info': {
    test: 'src/web-api/methods/team.test.ts › bots.info shows the bot behind a message, and that it is gone after an uninstall',
    errors: 'bot_not_found bots_not_found missing_argument team_not_found',
  },
  'users.identity': {
    test: 'src/web-api/methods/users.test.ts › says who the person behind a user token is',
    errors: 'email_not_verified internal_error invalid_user_id',
  },
  'users.info': {
    test: 'src/web-api/methods/users.test.ts › show a person who joined the team',
    errors: 'too_many_users user_not_found user_not_visible',
  },
  'users.list': {
    test: 'src/web-api/methods/users.test.ts › show a person who joined the team',
    errors: 'invalid_cursor limit_required missing_argument',
  },
  'users.lookupByEmail': {
    test: 'src/web-api/methods/users.test.ts › show a person who joined the team',
    errors: 'users_not_found',
  },
} as const satisfies MethodFacts;
