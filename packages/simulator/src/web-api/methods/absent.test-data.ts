/** The error codes of methods that are not here yet. Whoever adds one moves its line to the facts of its family. */
export const errorsOfAbsentMethods: Readonly<Record<string, string>> = {
  'bookmarks.add': `
    cannot_bookmark_from_external_org cannot_bookmark_restricted_sharing_enabled channel_not_found
    file_already_added file_not_found invalid_app_action_type invalid_bookmark_type invalid_child_type invalid_emoji
    invalid_entity_id invalid_link invalid_parent_type invalid_shortcut_type not_implemented
    parent_bookmark_disabled parent_with_link permission_denied slack_connect_blocked_file_type
    slack_connect_clip_sharing_blocked slack_connect_file_upload_sharing_blocked too_many_bookmarks
    too_many_requests too_many_tabs
  `,
  'bookmarks.edit': `
    channel_not_found invalid_bookmark_type invalid_emoji invalid_link not_found not_implemented parent_with_link
    permission_denied slack_connect_blocked_file_type slack_connect_clip_sharing_blocked
    slack_connect_file_upload_sharing_blocked
  `,
  'bookmarks.list': 'channel_not_found not_implemented',
  'bookmarks.remove': `
    channel_not_found invalid_bookmark_type not_found not_implemented permission_denied user_not_found
  `,
  'conversations.canvases.create': `
    canvas_creation_failed canvas_disabled_user_team canvas_tab_creation_failed channel_canvas_already_exists
    channel_canvas_creation_failed free_team_canvas_tab_already_exists restricted_action
    team_tier_cannot_create_channel_canvases
  `,
  'conversations.inviteShared': `
    already_in_channel cannot_share_cross_workspace_channel cannot_share_mandatory_channel channel_archived
    channel_not_found connection_limit_exceeded connection_limit_exceeded_pending invalid_channel_type invalid_email
    invite_lookup_error invite_not_found legacy_connection_limit_exceeded member_limit_exceeded message_too_long
    no_external_invite_permission not_allowed_for_grid_workspace not_in_channel not_owner not_paid not_supported
    ratelimit recipients_not_specified restricted_action too_many_emails url_in_message user_not_found
  `,
  'dnd.endDnd': 'not_in_dnd',
  'dnd.endSnooze': 'snooze_end_failed',
  'dnd.info': 'user_not_found user_not_visible',
  'dnd.setSnooze': 'missing_duration snooze_failed too_long',
  'dnd.teamInfo': 'no_users_provided user_not_visible',
  'files.comments.delete': 'cant_delete file_deleted file_not_found',
  'migration.exchange': 'not_enterprise_team too_many_users',
  'openid.connect.token': `
    bad_client_secret bad_redirect_uri cannot_install_an_org_installed_app invalid_client invalid_client_id
    invalid_code invalid_grant invalid_grant_type invalid_refresh_token invalid_request
    oauth_authorization_url_mismatch preview_feature_not_available unsupported_grant_type
  `,
  'openid.connect.userInfo': '',
  'team.accessLogs': `
    invalid_cursor invalid_limit invalid_team_id missing_argument over_pagination_limit paid_only
  `,
  'team.billableInfo': 'invalid_cursor user_not_found',
  'team.billing.info': 'invalid_auth invalid_team',
  'team.externalTeams.disconnect': 'invalid_target_team missing_argument restricted_action',
  'team.externalTeams.list': `
    internal_error invalid_arguments invalid_workspace_filter not_allowed restricted_action
    user_cannot_manage_workspace
  `,
  'team.integrationLogs': 'internal_error missing_argument',
  'team.preferences.list': 'invalid_auth invalid_team',
};
