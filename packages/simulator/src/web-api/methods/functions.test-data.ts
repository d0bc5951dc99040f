/** Facts about functions.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/functions.test.ts';
const errors = 'execution_not_in_running_state function_execution_not_found';

export const functionsFacts = {
  'functions.completeError': { test: `${file} › ends with an error in the app's words`, errors },
  'functions.completeSuccess': {
    test: `${file} › is told to the app, which ends it with its outputs`,
    errors: `${errors} parameter_validation_failed`,
  },
} as const satisfies MethodFacts;
