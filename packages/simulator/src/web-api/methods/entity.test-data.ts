/** Facts about entity.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const entityFacts = {
  'entity.presentDetails': {
    test: 'src/web-api/methods/entity.test.ts › is opened by a person, of which its app is told, and shows what the app gives',
    errors: `
      entity_metadata_does_not_match_trigger feature_not_enabled invalid_app_id invalid_auth invalid_metadata
      invalid_trigger_id missing_interactivity_url missing_options_load_url user_auth_url_missing
    `,
  },
} as const satisfies MethodFacts;
