/** Facts about chat-change.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const chatChangeFacts = {
  'chat.delete': {
    test: 'src/web-api/methods/chat-change.test.ts › takes the message out of the history, and tells sockets',
    errors: 'cant_delete_message channel_not_found message_not_found',
  },
  'chat.getPermalink': {
    test: 'src/web-api/methods/chat-change.test.ts › leads to a message that was posted, also to one in a thread',
    errors: 'channel_not_found message_not_found',
  },
  'chat.update': {
    test: 'src/web-api/methods/chat-change.test.ts › changes the message in the history, and tells sockets what it was',
    errors: `
      as_user_not_supported block_mismatch blocked_file_type cant_broadcast_message cant_update_message
      channel_not_found edit_window_closed external_channel_migrating file_deleted file_is_deleted file_not_found
      file_share_limit_reached invalid_attachments invalid_blocks invalid_blocks_format invalid_metadata_format
      invalid_metadata_schema is_inactive markdown_text_conflict max_file_sharing_exceeded message_limit_exceeded
      message_not_found metadata_must_be_sent_from_app metadata_too_large msg_too_long
      no_dual_broadcast_content_update no_text posting_to_channel_denied slack_connect_blocked_file_type
      slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
      slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked streaming_state_conflict
      team_not_found too_many_attachments unable_to_share_files update_failed
    `,
  },
} as const satisfies MethodFacts;
