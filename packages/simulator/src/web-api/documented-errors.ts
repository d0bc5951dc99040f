/**
 * Which error codes Slack documents for which method: facts, from the reference pages as collected in
 * slack-ruby/slack-api-ref (August 2026). A method here answers no other code; documented-errors.test.ts checks that.
 */

/** Documented for every method. */
const EVERYWHERE = words(`
  access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
  fatal_error invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type is_bot
  method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type not_authed org_login_required
  ratelimited request_timeout service_unavailable team_added_to_org token_expired token_revoked
  two_factor_setup_required unknown_method
`);

/**
 * What Slack answers everywhere too, though the methods' pages do not repeat it: of the request itself, and of tokens.
 * (https://docs.slack.dev/apis/web-api, https://docs.slack.dev/apis/web-api/using-the-slack-web-api)
 */
const OF_REQUESTS = words(`
  invalid_arguments invalid_auth invalid_json json_not_object internal_error team_access_not_granted
`);

/** Documented for the method alone. */
const ownErrors: Readonly<Record<string, readonly string[]>> = {
  'agents.sessions.rename': words(`
    channel_not_found feature_disabled internal_error invalid_name is_archived name_taken not_authorized
    session_not_found thread_ts_not_allowed thread_ts_required
  `),
  'agents.sessions.setStatus': words(`
    channel_not_found feature_disabled internal_error invalid_status not_authorized thread_ts_not_allowed
    thread_ts_required user_not_found
  `),
  'api.test': [],
  'apps.connections.open': words(`
    forbidden_team insecure_request internal_error invalid_auth missing_args
  `),
  'apps.event.authorizations.list': words(`
    auth_mismatch internal_error invalid_cursor invalid_event_context
  `),
  'apps.uninstall': words(`
    bad_client_secret client_id_token_mismatch internal_error invalid_client_id
  `),
  'assistant.threads.setStatus': words(`
    channel_not_found invalid_thread_ts reserved_username
  `),
  'assistant.threads.setSuggestedPrompts': words(`
    channel_not_found invalid_thread_ts message_not_found not_agent_app
  `),
  'assistant.threads.setTitle': words(`
    channel_not_found invalid_thread_ts
  `),
  'auth.revoke': words(`
    internal_error not_bearer_token
  `),
  'auth.teams.list': words(`
    internal_error invalid_auth invalid_cursor invalid_limit
  `),
  'auth.test': words(`
    internal_error invalid_auth
  `),
  'blocks.validate': words(`
    invalid_arguments invalid_blocks invalid_message invalid_view
  `),
  'bookmarks.add': words(`
    cannot_bookmark_from_external_org cannot_bookmark_restricted_sharing_enabled channel_not_found file_already_added
    file_not_found invalid_app_action_type invalid_bookmark_type invalid_child_type invalid_emoji invalid_entity_id
    invalid_link invalid_parent_type invalid_shortcut_type not_implemented parent_bookmark_disabled parent_with_link
    permission_denied slack_connect_blocked_file_type slack_connect_clip_sharing_blocked
    slack_connect_file_upload_sharing_blocked too_many_bookmarks too_many_requests too_many_tabs
  `),
  'bookmarks.edit': words(`
    channel_not_found invalid_bookmark_type invalid_emoji invalid_link not_found not_implemented parent_with_link
    permission_denied slack_connect_blocked_file_type slack_connect_clip_sharing_blocked
    slack_connect_file_upload_sharing_blocked
  `),
  'bookmarks.list': words(`
    channel_not_found not_implemented
  `),
  'bookmarks.remove': words(`
    channel_not_found invalid_bookmark_type not_found not_implemented permission_denied user_not_found
  `),
  'bots.info': words(`
    bot_not_found bots_not_found missing_argument team_not_found
  `),
  'chat.appendStream': words(`
    as_user_not_supported channel_not_found channel_type_not_supported duplicate_channel_not_found
    duplicate_message_not_found invalid_blocks invalid_chunks invalid_metadata_format invalid_metadata_schema
    is_archived message_limit_exceeded message_not_found message_not_in_streaming_state message_not_owned_by_app
    messages_tab_disabled messaging_processing_failed metadata_must_be_sent_from_app metadata_too_large
    msg_blocks_too_long msg_blocks_too_many no_text not_in_channel rate_limited restricted_action
    restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
    restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
    slack_connect_lists_sharing_blocked stopped_by_user team_not_found too_many_attachments too_many_contact_cards
  `),
  'chat.delete': words(`
    cant_delete_message channel_not_found message_not_found
  `),
  'chat.deleteScheduledMessage': words(`
    bad_token channel_not_found invalid_scheduled_message_id
  `),
  'chat.getPermalink': words(`
    channel_not_found message_not_found
  `),
  'chat.meMessage': words(`
    channel_not_found is_archived msg_too_long no_text not_in_channel rate_limited
  `),
  'chat.postEphemeral': words(`
    cannot_reply_to_message channel_not_found invalid_attachments invalid_blocks invalid_blocks_format is_archived
    markdown_text_conflict message_limit_exceeded messages_tab_disabled msg_too_long no_text not_in_channel
    restricted_action too_many_attachments user_not_in_channel
  `),
  'chat.postMessage': words(`
    app_access_restricted as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message
    channel_not_found draft_already_deleted draft_already_sent draft_has_conflict draft_not_found
    duplicate_channel_not_found duplicate_message_not_found invalid_blocks invalid_blocks_format
    invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict message_limit_exceeded
    messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large missing_file_data msg_blocks_too_long
    no_text not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
    restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
    send_on_behalf_not_allowed slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
    slack_connect_lists_sharing_blocked team_not_found too_many_attachments too_many_contact_cards
  `),
  'chat.scheduleMessage': words(`
    channel_not_found invalid_blocks invalid_blocks_format invalid_metadata_format invalid_metadata_schema
    invalid_time invalid_token is_archived markdown_text_conflict message_limit_exceeded
    metadata_must_be_sent_from_app metadata_too_large msg_too_long no_text not_in_channel rate_limited
    restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel
    restricted_action_thread_only_channel restricted_too_many slack_connect_file_link_sharing_blocked time_in_past
    time_too_far too_many_attachments
  `),
  'chat.scheduledMessages.list': words(`
    invalid_channel invalid_cursor invalid_token
  `),
  'chat.startStream': words(`
    channel_not_found channel_type_not_supported duplicate_channel_not_found duplicate_message_not_found
    invalid_blocks invalid_blocks_format invalid_chunks invalid_metadata_format invalid_metadata_schema is_archived
    message_limit_exceeded messages_tab_disabled messaging_processing_failed metadata_must_be_sent_from_app
    metadata_too_large missing_recipient_team_id missing_recipient_user_id msg_blocks_too_long msg_blocks_too_many
    no_text not_in_channel not_subscribed_to_message_stream_stopped rate_limited restricted_action
    restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
    restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
    slack_connect_lists_sharing_blocked team_not_found user_not_found
  `),
  'chat.stopStream': words(`
    as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message channel_not_found
    channel_type_not_supported duplicate_channel_not_found duplicate_message_not_found invalid_blocks invalid_chunks
    invalid_metadata_format invalid_metadata_schema is_archived message_limit_exceeded message_not_found
    message_not_in_streaming_state message_not_owned_by_app messages_tab_disabled metadata_must_be_sent_from_app
    metadata_too_large missing_file_data msg_blocks_too_long msg_blocks_too_many no_text not_in_channel rate_limited
    restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel
    restricted_action_thread_locked restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked
    slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked team_not_found too_many_attachments
    too_many_contact_cards
  `),
  'chat.unfurl': words(`
    cannot_auth_user cannot_find_channel cannot_find_message cannot_find_service cannot_parse_attachment cannot_prompt
    cannot_unfurl_message cannot_unfurl_url invalid_metadata_format invalid_source invalid_unfurl_id
    invalid_unfurls_format missing_channel missing_source missing_ts missing_unfurl_id missing_unfurls
  `),
  'chat.update': words(`
    as_user_not_supported block_mismatch blocked_file_type cant_broadcast_message cant_update_message
    channel_not_found edit_window_closed external_channel_migrating file_deleted file_is_deleted file_not_found
    file_share_limit_reached invalid_attachments invalid_blocks invalid_blocks_format invalid_metadata_format
    invalid_metadata_schema is_inactive markdown_text_conflict max_file_sharing_exceeded message_limit_exceeded
    message_not_found metadata_must_be_sent_from_app metadata_too_large msg_too_long no_dual_broadcast_content_update
    no_text posting_to_channel_denied slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked
    slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked
    slack_connect_file_upload_sharing_blocked streaming_state_conflict team_not_found too_many_attachments
    unable_to_share_files update_failed
  `),
  'conversations.archive': words(`
    already_archived cant_archive_general cant_archive_required channel_not_found
    method_not_supported_for_channel_type not_in_channel restricted_action
  `),
  'conversations.canvases.create': words(`
    canvas_creation_failed canvas_disabled_user_team canvas_tab_creation_failed channel_canvas_already_exists
    channel_canvas_creation_failed free_team_canvas_tab_already_exists restricted_action
    team_tier_cannot_create_channel_canvases
  `),
  'conversations.close': words(`
    channel_not_found external_channel_migrating method_not_supported_for_channel_type not_permitted
    user_does_not_own_channel
  `),
  'conversations.create': words(`
    cannot_create_channel canvas_disabled_user_team invalid_name invalid_name_maxlength invalid_name_punctuation
    invalid_name_required invalid_name_specials missing_argument name_taken no_channel restricted_action
  `),
  'conversations.history': words(`
    channel_is_limited_access channel_not_found invalid_cursor invalid_metadata_filter_keys invalid_ts_latest
    invalid_ts_oldest not_in_channel
  `),
  'conversations.info': words(`
    channel_is_limited_access channel_not_found
  `),
  'conversations.invite': words(`
    already_in_channel app_cannot_join_channel cant_invite cant_invite_self channel_not_found
    external_channel_migrating invitee_cant_see_channel is_archived method_not_supported_for_channel_type
    no_external_invite_permission no_user not_in_channel org_user_not_in_team ura_max_channels user_is_restricted
    user_not_found
  `),
  'conversations.inviteShared': words(`
    already_in_channel cannot_share_cross_workspace_channel cannot_share_mandatory_channel channel_archived
    channel_not_found connection_limit_exceeded connection_limit_exceeded_pending invalid_channel_type invalid_email
    invite_lookup_error invite_not_found legacy_connection_limit_exceeded member_limit_exceeded message_too_long
    no_external_invite_permission not_allowed_for_grid_workspace not_in_channel not_owner not_paid not_supported
    ratelimit recipients_not_specified restricted_action too_many_emails url_in_message user_not_found
  `),
  'conversations.join': words(`
    channel_is_limited_access channel_not_found is_archived method_not_supported_for_channel_type too_many_members
  `),
  'conversations.kick': words(`
    cant_kick_from_general cant_kick_self channel_not_found method_not_supported_for_channel_type not_in_channel
    not_supported restricted_action user_not_found
  `),
  'conversations.leave': words(`
    cant_leave_general channel_not_found is_archived last_member method_not_supported_for_channel_type
    user_is_restricted
  `),
  'conversations.list': words(`
    invalid_cursor invalid_limit invalid_types method_not_supported_for_channel_type missing_argument
  `),
  'conversations.mark': words(`
    channel_not_found invalid_timestamp not_in_channel
  `),
  'conversations.members': words(`
    channel_not_found fetch_members_failed invalid_cursor invalid_limit method_not_supported_for_channel_type
  `),
  'conversations.open': words(`
    channel_not_found invalid_user_combination method_not_supported_for_channel_type not_enough_users too_many_users
    user_disabled user_not_found user_not_visible users_list_not_supplied
  `),
  'conversations.rename': words(`
    channel_not_found invalid_name invalid_name_maxlength invalid_name_punctuation invalid_name_required
    invalid_name_specials is_archived method_not_supported_for_channel_type name_taken not_authorized not_in_channel
  `),
  'conversations.replies': words(`
    channel_not_found invalid_cursor invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest
    list_record_comment_fetch_failed method_not_supported_for_channel_type thread_not_found
  `),
  'conversations.setPurpose': words(`
    channel_not_found is_archived method_not_supported_for_channel_type not_in_channel too_long user_is_restricted
  `),
  'conversations.setTopic': words(`
    channel_not_found is_archived method_not_supported_for_channel_type not_in_channel too_long user_is_restricted
  `),
  'conversations.unarchive': words(`
    channel_not_found method_not_supported_for_channel_type not_archived
  `),
  'dialog.open': words(`
    app_missing_action_url cannot_create_dialog failed_sending_dialog invalid_trigger missing_dialog missing_trigger
    trigger_exchanged trigger_expired validation_errors
  `),
  'dnd.endDnd': words(`
    not_in_dnd
  `),
  'dnd.endSnooze': words(`
    snooze_end_failed
  `),
  'dnd.info': words(`
    user_not_found user_not_visible
  `),
  'dnd.setSnooze': words(`
    missing_duration snooze_failed too_long
  `),
  'dnd.teamInfo': words(`
    no_users_provided user_not_visible
  `),
  'emoji.list': words(`
    invalid_arguments unable_to_fetch_custom_emojis
  `),
  'files.comments.delete': words(`
    cant_delete file_deleted file_not_found
  `),
  'files.completeUploadExternal': words(`
    channel_not_found channels_limit_exceeded file_not_found file_type_not_allowed file_update_failed
    file_uploads_except_images_disabled invalid_blocks invalid_channel not_in_channel posting_to_channel_denied
  `),
  'files.delete': words(`
    cant_delete_file delete_not_allowed file_deleted file_deleting_disabled file_not_found
  `),
  'files.getUploadURLExternal': words(`
    alt_txt_too_large file_type_not_allowed file_upload_size_restricted file_uploads_disabled
    file_uploads_except_images_disabled missing_argument snippet_too_large storage_limit_reached unknown_snippet_type
    unknown_subtype
  `),
  'files.info': words(`
    canvas_disabled_file_team canvas_disabled_user_team canvas_globally_disabled file_deleted file_not_found
    not_visible slack_connect_canvas_sharing_blocked template_not_visible
  `),
  'files.list': words(`
    missing_argument slack_connect_canvas_sharing_blocked unknown_type user_not_found
  `),
  'files.revokePublicURL': words(`
    file_not_found
  `),
  'files.sharedPublicURL': words(`
    file_not_found not_allowed public_file_type_not_allowed public_video_not_allowed
  `),
  'files.upload': words(`
    blocked_file_type channel_not_found invalid_channel invalid_thread_ts malware_detected not_in_channel
    post_contents_too_large posting_to_general_channel_denied slack_connect_blocked_file_type
    slack_connect_clip_sharing_blocked slack_connect_file_upload_sharing_blocked
  `),
  'migration.exchange': words(`
    not_enterprise_team too_many_users
  `),
  'oauth.access': words(`
    bad_client_secret bad_redirect_uri code_already_used internal_error invalid_client_id invalid_code invalid_token
    missing_resource oauth_authorization_url_mismatch user_email_unverified
  `),
  'oauth.v2.access': words(`
    bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app invalid_client_id invalid_code
    invalid_code_verifier invalid_grant_type invalid_refresh_token no_scopes oauth_authorization_url_mismatch
    pkce_not_allowed preview_feature_not_available user_email_unverified
  `),
  'oauth.v2.exchange': words(`
    authorization_not_found bad_client_secret internal_error invalid_client_id invalid_token token_already_exchanged
    token_rotation_not_enabled
  `),
  'oauth.v2.user.access': words(`
    bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app invalid_client_id invalid_code
    invalid_grant_type invalid_refresh_token no_scopes no_user_scopes not_implemented oauth_authorization_url_mismatch
    preview_feature_not_available user_email_unverified
  `),
  'openid.connect.token': words(`
    bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app invalid_client invalid_client_id
    invalid_code invalid_grant invalid_grant_type invalid_refresh_token invalid_request
    oauth_authorization_url_mismatch preview_feature_not_available unsupported_grant_type
  `),
  'openid.connect.userInfo': [],
  'pins.add': words(`
    already_pinned bad_timestamp channel_not_found external_channel_migrating file_not_found file_not_shared
    message_not_found no_item_specified not_in_channel not_pinnable restricted_action too_many_pins
  `),
  'pins.list': words(`
    channel_not_found restricted_action
  `),
  'pins.remove': words(`
    bad_timestamp channel_not_found external_channel_migrating file_comment_not_found file_not_found message_not_found
    no_item_specified no_pin not_pinned restricted_action
  `),
  'reactions.add': words(`
    already_reacted bad_timestamp channel_not_found external_channel_migrating invalid_name is_archived
    message_not_found no_access no_item_specified not_reactable thread_locked too_many_emoji too_many_reactions
  `),
  'reactions.get': words(`
    bad_timestamp channel_not_found file_comment_not_found file_not_found message_not_found no_item_specified
  `),
  'reactions.list': words(`
    user_not_found
  `),
  'reactions.remove': words(`
    bad_timestamp channel_not_found external_channel_migrating file_comment_not_found file_not_found invalid_name
    message_not_found no_access no_item_specified no_reaction thread_locked
  `),
  'rtm.connect': words(`
    migration_in_progress
  `),
  'rtm.start': words(`
    migration_in_progress rtm_connect_required
  `),
  'team.accessLogs': words(`
    invalid_cursor invalid_limit invalid_team_id missing_argument over_pagination_limit paid_only
  `),
  'team.billableInfo': words(`
    invalid_cursor user_not_found
  `),
  'team.billing.info': words(`
    invalid_auth invalid_team
  `),
  'team.externalTeams.disconnect': words(`
    invalid_target_team missing_argument restricted_action
  `),
  'team.externalTeams.list': words(`
    internal_error invalid_arguments invalid_workspace_filter not_allowed restricted_action
    user_cannot_manage_workspace
  `),
  'team.info': words(`
    enterprise_not_found fail_to_get_teams_for_restricted_user missing_user org_not_found team_not_found
    team_not_on_enterprise user_not_found
  `),
  'team.integrationLogs': words(`
    internal_error missing_argument
  `),
  'team.preferences.list': words(`
    invalid_auth invalid_team
  `),
  'team.profile.get': [],
  'usergroups.create': words(`
    bad_handle description_too_long forbidden_handle handle_already_exists invalid_channel_provided
    invalid_group_provided missing_argument missing_subteam_name name_already_exists name_too_long paid_teams_only
    permission_denied plan_upgrade_required target_team_must_be_specified_in_org_context target_team_not_on_org
  `),
  'usergroups.disable': words(`
    missing_argument permission_denied plan_upgrade_required target_team_must_be_specified_in_org_context
    target_team_not_on_org
  `),
  'usergroups.enable': words(`
    missing_argument permission_denied plan_upgrade_required
  `),
  'usergroups.list': words(`
    invalid_cursor invalid_team missing_argument plan_upgrade_required users_not_found
  `),
  'usergroups.update': words(`
    missing_argument paid_teams_only permission_denied too_many_linked_channels
  `),
  'usergroups.users.list': words(`
    invalid_cursor no_such_subteam plan_upgrade_required
  `),
  'usergroups.users.update': words(`
    failed_for_some_users invalid_users missing_argument no_users_provided permission_denied plan_upgrade_required
    subteam_max_users_exceeded
  `),
  'users.conversations': words(`
    invalid_cursor invalid_limit invalid_types method_not_supported_for_channel_type missing_argument
  `),
  'users.getPresence': [],
  'users.identity': words(`
    email_not_verified internal_error invalid_user_id
  `),
  'users.info': words(`
    too_many_users user_not_found user_not_visible
  `),
  'users.list': words(`
    invalid_cursor limit_required missing_argument
  `),
  'users.lookupByEmail': words(`
    users_not_found
  `),
  'users.profile.get': words(`
    user_not_found
  `),
  'users.profile.set': words(`
    cannot_update_admin_user email_taken invalid_emoji_not_allowed invalid_ooo_message invalid_profile
    invalid_starts_with_at must_clear_both_status_text_and_status_emoji name_not_allowed not_admin not_app_admin
    partial_profile_set_failed permission_denied profile_set_failed reserved_name sudo_required too_long username_same
  `),
  'users.setActive': [],
  'users.setPresence': words(`
    invalid_presence
  `),
  'views.open': words(`
    duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large
  `),
  'views.publish': words(`
    duplicate_external_id hash_conflict missing_profile_id not_enabled not_implemented view_too_large
  `),
  'views.push': words(`
    duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id not_found push_limit_reached
    view_too_large
  `),
  'views.update': words(`
    duplicate_external_id hash_conflict not_found view_too_large
  `),
};

/** What Slack answers besides, though the method's own page does not say so. */
const alsoAnswered: Readonly<Record<string, readonly string[]>> = {
  // The guide says it of every method with cursors. (https://docs.slack.dev/apis/web-api/pagination)
  'reactions.list': ['invalid_cursor'],
  // Its page lists none, yet somebody who is not there has no presence.
  'users.getPresence': ['user_not_found'],
};

/** The methods whose errors are known. */
export const documentedMethods: readonly string[] = Object.keys(ownErrors);

/** Every code that the method may answer; undefined for a method that is not listed. */
export function documentedErrors(method: string): ReadonlySet<string> | undefined {
  const own = ownErrors[method];
  return own && new Set([...EVERYWHERE, ...OF_REQUESTS, ...own, ...(alsoAnswered[method] ?? [])]);
}

function words(list: string): readonly string[] {
  return list.split(/\s+/).filter((word) => word !== '');
}
