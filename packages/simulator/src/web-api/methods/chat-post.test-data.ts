/** Facts about chat-post.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const chatPostFacts = {
  'chat.meMessage': {
    test: 'src/web-api/methods/chat-post.test.ts › is in the history as me_message',
    errors: 'channel_not_found is_archived msg_too_long no_text not_in_channel rate_limited',
  },
  'chat.postEphemeral': {
    test: 'src/web-api/methods/chat-post.test.ts › is seen on the sockets of that user alone, and not in the history',
    errors: `
      cannot_reply_to_message channel_not_found invalid_attachments invalid_blocks invalid_blocks_format is_archived
      markdown_text_conflict message_limit_exceeded messages_tab_disabled msg_too_long no_text not_in_channel
      restricted_action too_many_attachments user_not_in_channel
    `,
  },
  'chat.postMessage': {
    test: 'test/compat-web-api.test.ts › posts text, blocks and answers in threads, and reads them back',
    errors: `
      app_access_restricted as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message
      channel_not_found draft_already_deleted draft_already_sent draft_has_conflict draft_not_found
      duplicate_channel_not_found duplicate_message_not_found invalid_blocks invalid_blocks_format
      invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict message_limit_exceeded
      messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large missing_file_data msg_blocks_too_long
      no_text not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
      restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
      send_on_behalf_not_allowed slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
      slack_connect_lists_sharing_blocked team_not_found too_many_attachments too_many_contact_cards
    `,
  },
} as const satisfies MethodFacts;
