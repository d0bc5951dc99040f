/** Facts about files-remote.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const test =
  'src/web-api/methods/files-remote.test.ts › is added, shared, changed and removed, and apps hear of it' as const;
const missing = 'the preview itself, and the search of indexable_file_contents';

export const filesRemoteFacts = {
  'files.remote.add': {
    test,
    missing,
    errors: 'bad_image bad_title bot_user_required invalid_external_id too_large',
  },
  'files.remote.info': { test, errors: 'file_not_found invalid_args no_bot_user_for_app too_many_ids' },
  'files.remote.list': { test, errors: 'invalid_cursor no_bot_user_for_app' },
  'files.remote.remove': {
    test,
    errors: 'bot_user_required file_not_found file_under_review invalid_args too_many_ids',
  },
  'files.remote.share': {
    test,
    errors: 'channel_not_found file_not_found invalid_args no_bot_user_for_app not_in_channel',
  },
  'files.remote.update': {
    test,
    missing,
    errors: `
      bad_image bot_user_required failed_to_unshare file_not_found invalid_title invalid_type invalid_url too_large
    `,
  },
} as const satisfies MethodFacts;
