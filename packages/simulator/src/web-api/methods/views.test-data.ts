/** Facts about views.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const viewsFacts = {
  'views.open': {
    test: 'src/web-api/methods/views.test.ts › shows a modal with every key of Slack',
    errors: `
      duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large
    `,
  },
  'views.publish': {
    test: 'src/web-api/methods/views.test.ts › shows a home tab, and the event of its opening carries it',
    errors: `
      duplicate_external_id hash_conflict missing_profile_id not_enabled not_implemented view_too_large
    `,
  },
  'views.push': {
    test: 'src/web-api/methods/views.test.ts › puts views on top of each other, three at most',
    errors: `
      duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id not_found push_limit_reached
      view_too_large
    `,
  },
  'views.update': {
    test: 'src/web-api/methods/views.test.ts › exchanges the content by id or external id, keeps what was entered, and changes the hash',
    errors: 'duplicate_external_id hash_conflict not_found view_too_large',
  },
} as const satisfies MethodFacts;
