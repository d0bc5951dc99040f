/** The error codes of methods that are not here yet. Whoever adds one moves its line to the facts of its family. */
export const errorsOfAbsentMethods: Readonly<Record<string, string>> = {
  'conversations.inviteShared': `
    already_in_channel cannot_share_cross_workspace_channel cannot_share_mandatory_channel channel_archived
    channel_not_found connection_limit_exceeded connection_limit_exceeded_pending invalid_channel_type invalid_email
    invite_lookup_error invite_not_found legacy_connection_limit_exceeded member_limit_exceeded message_too_long
    no_external_invite_permission not_allowed_for_grid_workspace not_in_channel not_owner not_paid not_supported
    ratelimit recipients_not_specified restricted_action too_many_emails url_in_message user_not_found
  `,
  'files.comments.delete': 'cant_delete file_deleted file_not_found',
  'migration.exchange': 'not_enterprise_team too_many_users',
  'team.accessLogs': `
    invalid_cursor invalid_limit invalid_team_id missing_argument over_pagination_limit paid_only
  `,
  'team.billableInfo': 'invalid_cursor user_not_found',
  'team.externalTeams.disconnect': 'invalid_target_team missing_argument restricted_action',
  'team.externalTeams.list': `
    internal_error invalid_arguments invalid_workspace_filter not_allowed restricted_action
    user_cannot_manage_workspace
  `,
  'team.integrationLogs': 'internal_error missing_argument',
};
