/** Facts about conversation-acts.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const conversationActsFacts = {
  'conversations.archive': {
    test: 'src/web-api/methods/conversation-acts.test.ts › close a channel to writers and open it again',
    errors: `
      already_archived cant_archive_general cant_archive_required channel_not_found
      method_not_supported_for_channel_type not_in_channel restricted_action
    `,
  },
  'conversations.create': {
    test: 'src/web-api/methods/conversation-acts.test.ts › makes a channel that is listed, announced, and has its maker in it',
    errors: `
      cannot_create_channel canvas_disabled_user_team invalid_name invalid_name_maxlength invalid_name_punctuation
      invalid_name_required invalid_name_specials missing_argument name_taken no_channel restricted_action
    `,
  },
  'conversations.rename': {
    test: 'src/web-api/methods/conversation-acts.test.ts › shows the new name, remembers the old one, writes a line and tells sockets',
    errors: `
      channel_not_found invalid_name invalid_name_maxlength invalid_name_punctuation invalid_name_required
      invalid_name_specials is_archived method_not_supported_for_channel_type name_taken not_authorized
      not_in_channel
    `,
  },
  'conversations.setPurpose': {
    test: 'src/web-api/methods/conversation-acts.test.ts › are seen in conversations.info with who set them, as lines, and on sockets',
    errors: `
      channel_not_found is_archived method_not_supported_for_channel_type not_in_channel too_long user_is_restricted
    `,
  },
  'conversations.setTopic': {
    test: 'src/web-api/methods/conversation-acts.test.ts › are seen in conversations.info with who set them, as lines, and on sockets',
    errors: `
      channel_not_found is_archived method_not_supported_for_channel_type not_in_channel too_long user_is_restricted
    `,
  },
  'conversations.unarchive': {
    test: 'src/web-api/methods/conversation-acts.test.ts › close a channel to writers and open it again',
    errors: 'channel_not_found method_not_supported_for_channel_type not_archived',
  },
} as const satisfies MethodFacts;
