/** Facts about dialog.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const dialogFacts = {
  'dialog.open': {
    test: 'src/interactivity/dialog-action.test.ts › opens for who pressed, and what is entered is sent to the app',
    errors: `
      app_missing_action_url cannot_create_dialog failed_sending_dialog invalid_trigger missing_dialog missing_trigger
      trigger_exchanged trigger_expired validation_errors
    `,
  },
} as const satisfies MethodFacts;
