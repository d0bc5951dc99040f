/** Facts about conversation-open.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const conversationOpenFacts = {
  'conversations.close': {
    test: 'src/web-api/methods/conversation-open.test.ts › takes a direct message out of sight until it is opened again',
    errors: `
      channel_not_found external_channel_migrating method_not_supported_for_channel_type not_permitted
      user_does_not_own_channel
    `,
  },
  'conversations.mark': {
    test: 'src/web-api/methods/conversation-open.test.ts › moves last_read, counts what is unread, and tells the own sockets',
    errors: 'channel_not_found invalid_timestamp not_in_channel',
  },
  'conversations.open': {
    test: 'test/compat-web-api.test.ts › opens a direct message and writes to a person',
    errors: `
      channel_not_found invalid_user_combination method_not_supported_for_channel_type not_enough_users
      too_many_users user_disabled user_not_found user_not_visible users_list_not_supplied
    `,
  },
} as const satisfies MethodFacts;
