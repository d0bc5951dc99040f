/**
 * Where the simulator's answers differ from the SDK's types, and why. An entry that covers nothing any more fails, so that the
 * list cannot outlive its reasons.
 */
export interface Exception {
  readonly why: string;
  /** Of `method place`, the object that the keys stand in: `users.info user.profile`, and `users.info ` for the answer itself. */
  readonly in: RegExp;
  /** Names separated by blanks; `*` stands for anything. */
  readonly keys: string;
}

const answer = / $/;
const message = /[ .](message|messages\[\]|messages\.matches\[\]|root)$/;
const channel = / (channel|channels\[\]|ims\[\])$/;
const file = /[ .](file|files\[\]|files\.matches\[\])$/;
const user = / (user|members\[\]|users\[\])$/;
const profile = /[ .]profile$/;
const view = / view$/;
const shares = /\.shares(\.public\.\*\[\])?$/;

/** Content of apps: it comes back as it was sent, filled up by the rules of src/content, which has its own tests. */
export const isContent = (place: string): boolean => /(^|\.)(blocks|attachments|title_blocks|manifest)$/.test(place);

/** Keys that are missing. */
export const absentKeys: readonly Exception[] = [
  {
    why: 'comes with a refusal or a warning only',
    in: answer,
    keys: 'error needed provided warning errors response_metadata deprecated_argument callstack arg detail context',
  },
  { why: 'comes with a refusal or a warning only', in: /^api\.test args$/, keys: 'error' },
  {
    why: 'of rtm.start as it was before it answered like rtm.connect',
    in: /^rtm\.start $/,
    keys: `
      accept_tos_url cache_ts* cache_version can_manage_shared_channels dnd is_europe latest_event_ts links
      mobile_app_requires_upgrade non_threadable_channels read_only_channels subteams thread_only_channels
    `,
  },
  {
    why: 'of rtm.start as it was before it answered like rtm.connect',
    in: /^rtm\.start team$/,
    keys: `
      avatar_base_url date_create email_domain icon is_verified limit_ts messages_count msg_edit_window_mins
      onboarding_channel_id over_storage_limit plan prefs url
    `,
  },
  { why: "settings of Slack's own client", in: /^rtm\.start self(\.prefs)?$/, keys: 'first_login *' },
  {
    why: 'of rtm.start as it was',
    in: /^rtm\.start (bots|channels|ims)\[\]$/,
    keys: 'team_id has_pins last_read priority',
  },
  {
    why: 'a custom field of the workspace that was recorded',
    in: /^rtm\.start users\[\]\.profile\.fields$/,
    keys: 'Xf*',
  },
  {
    why: 'of workspace apps and of classic apps with a webhook of their own, which are gone',
    in: /^oauth\.access $/,
    keys: 'authorizing_user incoming_webhook installer_user scopes token_type',
  },
  { why: 'an exchange concerns one token', in: /^oauth\.v2\.exchange $/, keys: 'authed_user incoming_webhook' },
  { why: 'a page of the content of a file is not asked for', in: /^files\.info $/, keys: 'content_highlight_* paging' },
  { why: 'an answer without a cursor', in: /^users\.list $/, keys: 'offset' },
  {
    why: 'Slack Connect and channels across an organization are not simulated',
    in: channel,
    keys: `
      connected_limited_team_ids connected_team_ids conversation_host_id enterprise_id internal_team_ids is_global_shared
      is_moved is_org_default is_org_mandatory
    `,
  },
  {
    why: 'who may post is not restricted',
    in: channel,
    keys: 'is_non_threadable is_read_only is_thread_only',
  },
  {
    why: 'canvases, workflows, records and settings of channels are not simulated',
    in: / (channel|channels\[\])\.properties$/,
    keys: `
      agent_session canvas channel_workflows code_channel has_slack_connect_invite_created huddles_restricted meeting_notes
      posting_restricted_to record_channel threads_restricted_to use_case
    `,
  },
  {
    why: "what is of the caller's view of a channel stands in conversations.info",
    in: channel,
    keys: 'is_open is_starred last_read priority',
  },
  { why: 'the last message stands in conversations.history', in: /^conversations\.open channel$/, keys: 'latest' },
  { why: 'huddles are not simulated', in: message, keys: 'room no_notifications' },
  { why: 'the language of a text is not guessed', in: message, keys: 'language' },
  { why: 'bots do not subscribe to threads', in: message, keys: 'last_read' },
  {
    why: 'of messages of another kind than this method makes or reaches here; conversations.history shows them',
    in: message,
    keys: `
      agent_session assistant_app_thread attachments channel db_message display_as_bot files hidden icons inviter metadata
      parent_user_id subtype upload username x_files
    `,
  },
  {
    why: 'what was said around a match',
    in: /^search\.\w+ messages\.matches\[\]$/,
    keys: 'is_mpim previous previous_2',
  },
  { why: 'search finds no direct messages', in: /^search\.\w+ messages\.matches\[\]\.channel$/, keys: 'is_file user' },
  { why: 'an app sends one icon', in: /[ .]icons$/, keys: 'image_*' },
  { why: 'kept in the thread itself', in: /\.assistant_app_thread$/, keys: 'first_user_thread_reply' },
  {
    why: 'the page of the method shows ok alone',
    in: /^calls\.(end|participants\.\w+) $/,
    keys: 'call',
  },
  {
    why: 'of those that could not be given access, or lost it',
    in: /^canvases\.access\.\w+ $/,
    keys: 'failed_to_update_channel_ids failed_to_update_user_ids',
  },
  {
    why: 'of texts that Slack keeps itself',
    in: /^files\.remote\.\w+ (file|files\[\])$/,
    keys: 'edit_link lines lines_more preview preview_highlight preview_is_truncated',
  },
  { why: 'a file that is shared nowhere yet', in: /^files\.remote\.add file\.shares$/, keys: 'public' },
  { why: 'only messages can be pinned', in: /^pins\.list items\[\]$/, keys: 'comment file' },
  { why: 'files have no stars here', in: /^stars\.list items\[\]$/, keys: 'comment file' },
  { why: 'reminders are to people', in: /^reminders\.list reminders\[\]$/, keys: 'channel recurrence' },
  {
    why: 'of canvases and lists',
    in: file,
    keys: `
      access can_toggle_canvas_lock canvas_* dm_mpdm_users_with_file_access editors editors_count favorites
      is_ai_suggested is_channel_space is_restricted_sharing_enabled last_editor last_read linked_channel_id list_*
      org_or_workspace_access private_channels_with_file_access_count private_file_with_access_count quip_thread_id saved
      show_badge team_pref_version_history_enabled teams_shared_with template_* title_blocks update_notification updated
      attachments blocks app_provides_file_work_objects skipped_shares
    `,
  },
  {
    why: 'of e-mails, snippets of other services and files on other hosts',
    in: file,
    keys: `
      cc channel_actions_count channel_actions_ts converted_pdf edit_timestamp editor external_id external_url from has_more
      headers initial_comment inline_attachment_count non_owner_editable num_stars original_attachment_count pinned_to
      plain_text preview_plain_text reactions sent_to_self simplified_html source_team subject to url_static_preview
    `,
  },
  {
    why: 'of video, sound, documents and moving pictures',
    in: file,
    keys: `
      deanimate* duration_ms hls* image_exif_rotation media_progress mp4* pjpeg subtype thumb_*_gif thumb_gif thumb_pdf*
      thumb_tiny thumb_video* transcription vtt
    `,
  },
  { why: 'of a description and of pictures', in: file, keys: 'alt_txt app_id app_name bot_id original_* thumb_*' },
  {
    why: 'of shares in private channels, in threads and with rights',
    in: shares,
    keys: 'private access date_last_shared latest_reply thread_ts',
  },
  { why: 'single sign-on and prices of a workspace', in: /^team\.info team$/, keys: 'pay_prod_cur sso_provider' },
  { why: 'the workspace has no picture of its own', in: /^team\.info team\.icon$/, keys: 'image_original' },
  {
    why: 'guests, invitations and people of other organizations are not simulated',
    in: user,
    keys: 'enterprise_id enterprise_name is_invited_user is_stranger teams two_factor_type',
  },
  { why: 'guests, invitations and people of other organizations are not simulated', in: profile, keys: 'guest_*' },
  {
    why: 'nobody has a picture or an emoji of their own here',
    in: profile,
    keys: 'image_1024 image_original is_custom_image status_*',
  },
  {
    why: 'bots of workflows and connectors are not simulated',
    in: / (user|members\[\]|users\[\]|bot|bots\[\])$/,
    keys: 'is_connector_bot is_legacy_workflow_bot is_workflow_bot',
  },
  {
    why: 'of views of Work Objects',
    in: view,
    keys: 'app_unfurl_url channel entity_url external_ref message_ts thread_ts',
  },
  { why: 'of modals', in: /^views\.publish view$/, keys: 'submit_disabled' },
  { why: 'of mrkdwn, which these never are', in: / view\.(title|close|submit)$/, keys: 'verbatim' },
];

/** Values of another kind than the SDK says; Slack's pages show them so. */
export const otherKinds: readonly Exception[] = [
  {
    why: 'null in the example of bookmarks.add',
    in: / (bookmark|bookmarks\[\])$/,
    keys: 'app_action_id entity_id icon_url shortcut_id',
  },
  { why: 'null in the example of conversations.history', in: answer, keys: 'channel_actions_ts' },
  { why: 'numbers in the example of a file object', in: file, keys: 'original_* thumb_*' },
  {
    why: 'null in the example of oauth.v2.access, without an organization',
    in: answer,
    keys: 'enterprise enterprise_id',
  },
  { why: 'null in the example of usergroups.list', in: / (usergroup|usergroups\[\])$/, keys: 'deleted_by' },
  { why: 'null in the example of conversations.list', in: channel, keys: 'parent_conversation' },
  {
    why: 'null in the examples of views.open and views.publish',
    in: view,
    keys: 'close previous_view_id submit title',
  },
];

/** Methods for whose answers the SDK has no type. */
export const untyped: ReadonlySet<string> = new Set([
  'oauth.v2.user.access',
  'openid.connect.token',
  'openid.connect.userInfo',
]);
