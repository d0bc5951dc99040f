/** Facts about dnd.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/dnd.test.ts';
const snoozing = `${file} › is begun, seen by oneself alone, and ended, and apps hear of it` as const;
const missing = 'schedules';

export const dndFacts = {
  'dnd.endDnd': { test: snoozing, missing, errors: 'not_in_dnd' },
  'dnd.endSnooze': { test: snoozing, errors: 'snooze_end_failed' },
  'dnd.info': { test: snoozing, missing, errors: 'user_not_found user_not_visible' },
  'dnd.setSnooze': { test: snoozing, errors: 'missing_duration snooze_failed too_long' },
  'dnd.teamInfo': { test: snoozing, missing, errors: 'no_users_provided user_not_visible' },
} as const satisfies MethodFacts;
