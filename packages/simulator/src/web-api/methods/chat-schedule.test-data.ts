/** Facts about chat-schedule.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const chatScheduleFacts = {
  'chat.deleteScheduledMessage': {
    test: 'src/web-api/methods/chat-schedule.test.ts › keeps the message from being posted, until a minute before',
    errors: 'bad_token channel_not_found invalid_scheduled_message_id',
  },
  'chat.scheduleMessage': {
    test: 'src/web-api/methods/chat-schedule.test.ts › posts when the clock gets there, and not before',
    errors: `
      channel_not_found invalid_blocks invalid_blocks_format invalid_metadata_format invalid_metadata_schema
      invalid_time invalid_token is_archived markdown_text_conflict message_limit_exceeded
      metadata_must_be_sent_from_app metadata_too_large msg_too_long no_text not_in_channel rate_limited
      restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel
      restricted_action_thread_only_channel restricted_too_many slack_connect_file_link_sharing_blocked time_in_past
      time_too_far too_many_attachments
    `,
  },
  'chat.scheduledMessages.list': {
    test: 'src/web-api/methods/chat-schedule.test.ts › takes at most 30 for the same channel within 5 minutes',
    errors: 'invalid_channel invalid_cursor invalid_token',
  },
} as const satisfies MethodFacts;
