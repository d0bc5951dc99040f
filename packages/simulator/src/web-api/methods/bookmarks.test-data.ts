/** Facts about bookmarks.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const test = 'src/web-api/methods/bookmarks.test.ts › bookmarks are added, changed, listed and removed';

export const bookmarksFacts = {
  'bookmarks.add': {
    test,
    missing: 'bookmarks of files, folders and apps',
    errors: `
    cannot_bookmark_from_external_org cannot_bookmark_restricted_sharing_enabled channel_not_found
    file_already_added file_not_found invalid_app_action_type invalid_bookmark_type invalid_child_type invalid_emoji
    invalid_entity_id invalid_link invalid_parent_type invalid_shortcut_type not_implemented
    parent_bookmark_disabled parent_with_link permission_denied slack_connect_blocked_file_type
    slack_connect_clip_sharing_blocked slack_connect_file_upload_sharing_blocked too_many_bookmarks
    too_many_requests too_many_tabs
  `,
  },
  'bookmarks.edit': {
    test,
    errors: `
    channel_not_found invalid_bookmark_type invalid_emoji invalid_link not_found not_implemented parent_with_link
    permission_denied slack_connect_blocked_file_type slack_connect_clip_sharing_blocked
    slack_connect_file_upload_sharing_blocked
  `,
  },
  'bookmarks.list': { test, errors: 'channel_not_found not_implemented' },
  'bookmarks.remove': {
    test,
    errors: `
    channel_not_found invalid_bookmark_type not_found not_implemented permission_denied user_not_found
  `,
  },
} as const satisfies MethodFacts;
