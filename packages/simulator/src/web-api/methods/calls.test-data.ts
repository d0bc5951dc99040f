/** Facts about calls.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/calls.test.ts';
const life = `${file} › is registered, shown in a message, changed and ended` as const;
const people = `${file} › is entered and left` as const;
const ofPeople = 'bad_users inactive_call invalid_call_id missing_argument not_implemented user_not_found';

export const callsFacts = {
  'calls.add': {
    test: life,
    errors: 'invalid_created_by invalid_start_time not_authorized not_implemented user_not_found',
  },
  'calls.end': { test: life, errors: 'inactive_call invalid_call_id not_implemented' },
  'calls.info': { test: life, errors: 'not_implemented' },
  'calls.participants.add': { test: people, errors: ofPeople },
  'calls.participants.remove': { test: people, errors: ofPeople },
  'calls.update': { test: life, errors: 'invalid_call_id not_implemented' },
} as const satisfies MethodFacts;
