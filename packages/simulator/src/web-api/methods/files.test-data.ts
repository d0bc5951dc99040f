/** Facts about files.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const filesFacts = {
  'files.delete': {
    test: 'src/web-api/methods/files.test.ts › leave a tombstone in the message, and the file is gone',
    errors: 'cant_delete_file delete_not_allowed file_deleted file_deleting_disabled file_not_found',
  },
  'files.info': {
    test: 'src/web-api/methods/files.test.ts › puts a file into a channel with a comment, and everybody there sees it',
    errors: `
      canvas_disabled_file_team canvas_disabled_user_team canvas_globally_disabled file_deleted file_not_found
      not_visible slack_connect_canvas_sharing_blocked template_not_visible
    `,
  },
  'files.list': {
    test: 'src/web-api/methods/files.test.ts › list what the caller may see, newest first, by channel, person, type and page',
    errors: 'missing_argument slack_connect_canvas_sharing_blocked unknown_type user_not_found',
  },
  'files.revokePublicURL': {
    test: 'src/web-api/methods/files.test.ts › open to anybody with files.sharedPublicURL until it is revoked',
    errors: 'file_not_found',
  },
  'files.sharedPublicURL': {
    test: 'src/web-api/methods/files.test.ts › open to anybody with files.sharedPublicURL until it is revoked',
    errors: 'file_not_found not_allowed public_file_type_not_allowed public_video_not_allowed',
  },
} as const satisfies MethodFacts;
