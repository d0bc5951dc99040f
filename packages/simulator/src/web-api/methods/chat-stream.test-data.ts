/** Facts about chat-stream.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const chatStreamFacts = {
  'chat.appendStream': {
    test: 'src/web-api/methods/chat-stream.test.ts › grows in the thread while sockets watch, and ends with blocks and metadata',
    errors: `
      as_user_not_supported channel_not_found channel_type_not_supported duplicate_channel_not_found
      duplicate_message_not_found invalid_blocks invalid_chunks invalid_metadata_format invalid_metadata_schema
      is_archived message_limit_exceeded message_not_found message_not_in_streaming_state message_not_owned_by_app
      messages_tab_disabled messaging_processing_failed metadata_must_be_sent_from_app metadata_too_large
      msg_blocks_too_long msg_blocks_too_many no_text not_in_channel rate_limited restricted_action
      restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
      restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked
      slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked stopped_by_user team_not_found
      too_many_attachments too_many_contact_cards
    `,
  },
  'chat.startStream': {
    test: 'src/web-api/methods/chat-stream.test.ts › grows in the thread while sockets watch, and ends with blocks and metadata',
    errors: `
      channel_not_found channel_type_not_supported duplicate_channel_not_found duplicate_message_not_found
      invalid_blocks invalid_blocks_format invalid_chunks invalid_metadata_format invalid_metadata_schema
      is_archived message_limit_exceeded messages_tab_disabled messaging_processing_failed
      metadata_must_be_sent_from_app metadata_too_large missing_recipient_team_id missing_recipient_user_id
      msg_blocks_too_long msg_blocks_too_many no_text not_in_channel not_subscribed_to_message_stream_stopped
      rate_limited restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel
      restricted_action_thread_locked restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked
      slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked team_not_found user_not_found
    `,
  },
  'chat.stopStream': {
    test: 'src/web-api/methods/chat-stream.test.ts › grows in the thread while sockets watch, and ends with blocks and metadata',
    errors: `
      as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message channel_not_found
      channel_type_not_supported duplicate_channel_not_found duplicate_message_not_found invalid_blocks
      invalid_chunks invalid_metadata_format invalid_metadata_schema is_archived message_limit_exceeded
      message_not_found message_not_in_streaming_state message_not_owned_by_app messages_tab_disabled
      metadata_must_be_sent_from_app metadata_too_large missing_file_data msg_blocks_too_long msg_blocks_too_many
      no_text not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
      restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
      slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
      slack_connect_lists_sharing_blocked team_not_found too_many_attachments too_many_contact_cards
    `,
  },
} as const satisfies MethodFacts;
