/** Facts about user-profile.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const picture =
  'src/web-api/methods/users.test.ts › gives a profile a picture of its own until it is taken away, and apps hear of it';

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
    // kuy/slack-loc#4, raycast/extensions#1566
    unlistedErrors: 'profile_status_set_failed_not_emoji_syntax profile_status_set_failed_not_valid_emoji',
  },
  'users.deletePhoto': { test: picture, errors: 'internal_error' },
  'users.setPhoto': {
    test: picture,
    missing: 'the crop box, and the count of frames',
    errors: 'bad_image internal_error too_large too_many_frames',
  },
} as const satisfies MethodFacts;
