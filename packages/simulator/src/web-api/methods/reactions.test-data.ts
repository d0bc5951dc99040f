/** Facts about reactions.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const reactionsFacts = {
  'reactions.add': {
    test: 'src/web-api/methods/reactions.test.ts › show who reacted in the history, in reactions.get and on sockets',
    errors: `
      already_reacted bad_timestamp channel_not_found external_channel_migrating invalid_name is_archived
      message_not_found no_access no_item_specified not_reactable thread_locked too_many_emoji too_many_reactions
    `,
  },
  'reactions.get': {
    test: 'src/web-api/methods/reactions.test.ts › show who reacted in the history, in reactions.get and on sockets',
    errors: `
      bad_timestamp channel_not_found file_comment_not_found file_not_found message_not_found no_item_specified
    `,
  },
  'reactions.list': {
    test: 'src/web-api/methods/reactions.test.ts › gives what somebody reacted to, newest first, page by page',
    errors: 'user_not_found',
    // The guide says it of every method with cursors. (https://docs.slack.dev/apis/web-api/pagination)
    unlistedErrors: 'invalid_cursor',
  },
  'reactions.remove': {
    test: 'src/web-api/methods/reactions.test.ts › show who reacted in the history, in reactions.get and on sockets',
    errors: `
      bad_timestamp channel_not_found external_channel_migrating file_comment_not_found file_not_found invalid_name
      message_not_found no_access no_item_specified no_reaction thread_locked
    `,
  },
} as const satisfies MethodFacts;
