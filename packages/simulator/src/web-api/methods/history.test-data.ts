/** Facts about history.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const historyFacts = {
  'conversations.history': {
    test: 'test/compat-web-api.test.ts › posts text, blocks and answers in threads, and reads them back',
    errors: `
      channel_is_limited_access channel_not_found invalid_cursor invalid_metadata_filter_keys invalid_ts_latest
      invalid_ts_oldest not_in_channel
    `,
  },
  'conversations.replies': {
    test: 'src/web-api/methods/chat-change.test.ts › leaves a tombstone above answers, and counts answers anew',
    errors: `
      channel_not_found invalid_cursor invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest
      list_record_comment_fetch_failed method_not_supported_for_channel_type thread_not_found
    `,
  },
} as const satisfies MethodFacts;
