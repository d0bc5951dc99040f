/** Facts about user-profile.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const userProfileFacts = {
  'users.profile.get': {
    test: 'src/web-api/methods/users.test.ts › is seen in users.profile.get, in users.info and as user_change',
    errors: 'user_not_found',
  },
  'users.profile.set': {
    test: 'src/web-api/methods/users.test.ts › is seen in users.profile.get, in users.info and as user_change',
    errors: `
      cannot_update_admin_user email_taken invalid_emoji_not_allowed invalid_ooo_message invalid_profile
      invalid_starts_with_at must_clear_both_status_text_and_status_emoji name_not_allowed not_admin not_app_admin
      partial_profile_set_failed permission_denied profile_set_failed reserved_name sudo_required too_long
      username_same
    `,
  },
} as const satisfies MethodFacts;
