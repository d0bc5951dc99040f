/** Facts about reminders.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/reminders.test.ts';
const kept = `${file} › reminders are kept, seen by their owner, and told by Slackbot when the time has come` as const;
const gone = `${file} › reminders that are done or deleted are not told` as const;

export const remindersFacts = {
  'reminders.add': {
    test: kept,
    missing: 'recurring reminders are kept and never told; few phrases for times',
    errors: `
      cannot_add_bot cannot_add_others cannot_add_others_recurring cannot_add_profile_only_user cannot_add_slackbot
      cannot_parse missing_argument user_not_found
    `,
  },
  'reminders.complete': {
    test: gone,
    errors: 'cannot_complete_others cannot_complete_recurring missing_argument not_found',
  },
  'reminders.delete': { test: kept, errors: 'missing_argument not_found' },
  'reminders.info': { test: kept, errors: 'missing_argument not_found' },
  'reminders.list': { test: kept, errors: 'missing_argument' },
} as const satisfies MethodFacts;
