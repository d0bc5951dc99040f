/** Facts about chat-unfurl.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const chatUnfurlFacts = {
  'chat.unfurl': {
    test: 'src/web-api/methods/chat-unfurl.test.ts › puts a preview under the message, once, and tells sockets',
    errors: `
      cannot_auth_user cannot_find_channel cannot_find_message cannot_find_service cannot_parse_attachment
      cannot_prompt cannot_unfurl_message cannot_unfurl_url invalid_metadata_format invalid_source invalid_unfurl_id
      invalid_unfurls_format missing_channel missing_source missing_ts missing_unfurl_id missing_unfurls
    `,
  },
} as const satisfies MethodFacts;
