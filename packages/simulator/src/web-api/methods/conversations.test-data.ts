/** Facts about conversations.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const conversationsFacts = {
  'conversations.info': {
    test: 'src/web-api/methods/conversation-acts.test.ts › are seen in conversations.info with who set them, as lines, and on sockets',
    errors: 'channel_is_limited_access channel_not_found',
  },
  'conversations.list': {
    test: 'test/compat-web-api.test.ts › pages through everything by itself',
    errors: `
      invalid_cursor invalid_limit invalid_types method_not_supported_for_channel_type missing_argument
    `,
  },
  'conversations.members': {
    test: 'src/web-api/methods/conversation-members.test.ts › takes a member out, who then hears of it and of nothing else',
    errors: `
      channel_not_found fetch_members_failed invalid_cursor invalid_limit method_not_supported_for_channel_type
    `,
  },
  'users.conversations': {
    test: 'src/web-api/methods/conversations.test.ts › follows who joins and leaves',
    errors: `
      invalid_cursor invalid_limit invalid_types method_not_supported_for_channel_type missing_argument
    `,
  },
} as const satisfies MethodFacts;
