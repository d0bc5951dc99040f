/** The names that Slack documents: facts, so that what is absent is said as well. (https://docs.slack.dev/reference) */

/** Web API methods. The administrators' `admin.*` are about a hundred more; none of them is here. */
export const documentedMethods = words(`
  agents.sessions.rename agents.sessions.setStatus api.test apps.activities.list apps.auth.external.delete
  apps.auth.external.get apps.connections.open apps.datastore.bulkDelete apps.datastore.bulkGet
  apps.datastore.bulkPut apps.datastore.count apps.datastore.delete apps.datastore.get apps.datastore.put
  apps.datastore.query apps.datastore.update apps.event.authorizations.list apps.icon.set
  apps.managed.permissions.set apps.manifest.create apps.manifest.delete apps.manifest.export
  apps.manifest.update apps.manifest.validate apps.uninstall apps.user.connection.update
  assistant.search.context assistant.search.info assistant.threads.setStatus
  assistant.threads.setSuggestedPrompts assistant.threads.setTitle auth.revoke auth.teams.list auth.test
  blocks.validate bookmarks.add bookmarks.edit bookmarks.list bookmarks.remove bots.info calls.add calls.end
  calls.info calls.participants.add calls.participants.remove calls.update canvases.access.delete
  canvases.access.set canvases.create canvases.delete canvases.edit canvases.sections.lookup
  chat.appendStream chat.delete chat.deleteScheduledMessage chat.getPermalink chat.meMessage
  chat.postEphemeral chat.postMessage chat.scheduleMessage chat.scheduledMessages.list chat.startStream
  chat.stopStream chat.unfurl chat.update conversations.acceptSharedInvite conversations.approveSharedInvite
  conversations.archive conversations.canvases.create conversations.close conversations.create
  conversations.declineSharedInvite conversations.externalInvitePermissions.set conversations.history
  conversations.info conversations.invite conversations.inviteShared conversations.join conversations.kick
  conversations.leave conversations.list conversations.listConnectInvites conversations.mark
  conversations.members conversations.open conversations.rename conversations.replies
  conversations.requestSharedInvite.approve conversations.requestSharedInvite.deny
  conversations.requestSharedInvite.list conversations.setPurpose conversations.setTopic
  conversations.unarchive dialog.open dnd.endDnd dnd.endSnooze dnd.info dnd.setSnooze dnd.teamInfo emoji.list
  entity.acknowledgeCommentAction entity.presentComments entity.presentDetails files.comments.delete
  files.completeUploadExternal files.delete files.getUploadURLExternal files.info files.list files.remote.add
  files.remote.info files.remote.list files.remote.remove files.remote.share files.remote.update
  files.revokePublicURL files.sharedPublicURL functions.completeError functions.completeSuccess
  functions.distributions.permissions.add functions.distributions.permissions.list
  functions.distributions.permissions.remove functions.distributions.permissions.set
  functions.workflows.steps.list functions.workflows.steps.responses.export migration.exchange oauth.access
  oauth.v2.access oauth.v2.exchange oauth.v2.user.access openid.connect.token openid.connect.userInfo
  pins.add pins.list pins.remove reactions.add reactions.get reactions.list reactions.remove reminders.add
  reminders.complete reminders.delete reminders.info reminders.list rtm.connect rtm.start search.all
  search.files search.messages slackLists.access.delete slackLists.access.set slackLists.create
  slackLists.download.get slackLists.download.start slackLists.items.create slackLists.items.delete
  slackLists.items.deleteMultiple slackLists.items.info slackLists.items.list slackLists.items.update
  slackLists.update stars.add stars.list stars.remove team.accessLogs team.billableInfo team.billing.info
  team.externalTeams.disconnect team.externalTeams.list team.info team.integrationLogs team.preferences.list
  team.profile.get tooling.tokens.rotate usergroups.create usergroups.disable usergroups.enable
  usergroups.list usergroups.update usergroups.users.list usergroups.users.update users.conversations
  users.deletePhoto users.discoverableContacts.lookup users.getPresence users.identity users.info users.list
  users.lookupByEmail users.profile.get users.profile.set users.setActive users.setPhoto users.setPresence
  views.open views.publish views.push views.update workflows.featured.add workflows.featured.list
  workflows.featured.remove workflows.featured.set workflows.triggers.permissions.add
  workflows.triggers.permissions.list workflows.triggers.permissions.remove
  workflows.triggers.permissions.set
`);

/** Events of the Events API; `message:…` is a subtype. Retired ones stand here as long as samples show them. */
export const documentedEvents = words(`
  app_deleted app_home_opened app_installed app_mention app_rate_limited app_requested app_uninstalled
  assistant_thread_context_changed assistant_thread_started call_rejected channel_archive channel_created
  channel_deleted channel_history_changed channel_id_changed channel_left channel_rename channel_shared
  channel_unarchive channel_unshared dnd_updated dnd_updated_user email_domain_changed emoji_changed
  entity_details_requested file_change file_created file_deleted file_public file_shared file_unshared
  function_executed grid_migration_finished grid_migration_started group_archive group_close group_deleted
  group_history_changed group_left group_open group_rename group_unarchive im_close im_created
  im_history_changed im_open invite_requested link_shared member_joined_channel member_left_channel message
  message:assistant_app_thread message:bot_message message:channel_archive message:channel_join message:channel_leave message:channel_name
  message:channel_posting_permissions message:channel_purpose message:channel_topic message:channel_unarchive
  message:ekm_access_denied message:file_share message:group_topic message:me_message message:message_changed
  message:message_deleted message:thread_broadcast message_metadata_deleted message_metadata_posted
  message_metadata_updated pin_added pin_removed reaction_added reaction_removed resources_added
  resources_removed scope_denied scope_granted shared_channel_invite_accepted shared_channel_invite_approved
  shared_channel_invite_declined shared_channel_invite_received shared_channel_invite_requested star_added
  star_removed subteam_created subteam_members_changed subteam_self_added subteam_self_removed
  subteam_updated team_access_granted team_access_revoked team_domain_change team_join team_rename
  tokens_revoked url_verification user_change user_huddle_changed user_profile_changed user_resource_denied
  user_resource_granted user_resource_removed user_status_changed workflow_deleted workflow_published
  workflow_step_deleted workflow_step_execute workflow_unpublished
`);

/** Frames that only RTM has. */
export const documentedRtmFrames = words(`
  accounts_changed bot_added bot_changed channel_history_changed channel_joined channel_marked
  commands_changed error external_org_migration_finished external_org_migration_started goodbye group_joined
  group_marked hello im_marked manual_presence_change message:message_replied mpim_marked pong pref_change
  presence_change reconnect_url team_migration_started team_plan_change team_pref_change team_profile_change
  team_profile_delete team_profile_reorder user_typing
`).map((name) => `← ${name}`);

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter(Boolean);
}
