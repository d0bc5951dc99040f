/** By which events others learn of a call. test/every-method.test.ts calls every method and hears each of these arrive. */

/** `type` or `type:subtype`, as a socket of RTM or Socket Mode gets them. */
export const eventsOfMethods: Readonly<Record<string, string>> = {
  'agents.sessions.rename': 'message:message_changed',
  'apps.uninstall': 'app_uninstalled',
  'assistant.threads.setTitle': 'message:message_changed',
  'auth.revoke': 'tokens_revoked',
  'canvases.access.delete': 'file_unshared',
  'canvases.access.set': 'file_shared',
  'canvases.create': 'file_created',
  'canvases.delete': 'file_deleted',
  'canvases.edit': 'file_change',
  'chat.appendStream': 'message:message_changed',
  'chat.delete': 'message:message_deleted message_metadata_deleted',
  'chat.meMessage': 'message:me_message',
  'chat.postEphemeral': 'message',
  'chat.postMessage': 'message message:bot_message message:thread_broadcast message_metadata_posted',
  'chat.scheduleMessage': 'message',
  'chat.startStream': 'message',
  'chat.stopStream': 'message:message_changed',
  'chat.unfurl': 'message:message_changed',
  'chat.update': 'message:message_changed message_metadata_updated',
  'conversations.archive': 'channel_archive message:channel_archive',
  'conversations.canvases.create': 'file_created',
  'conversations.close': 'im_close',
  'conversations.create': 'channel_created',
  'conversations.invite': 'member_joined_channel message:channel_join',
  'conversations.join': 'member_joined_channel message:channel_join',
  'conversations.kick': 'member_left_channel',
  'conversations.leave': 'member_left_channel',
  'conversations.mark': 'channel_marked',
  'conversations.open': 'im_created im_open',
  'conversations.rename': 'channel_rename message:channel_name',
  'conversations.setPurpose': 'message:channel_purpose',
  'conversations.setTopic': 'message:channel_topic',
  'conversations.unarchive': 'channel_unarchive message:channel_unarchive',
  'dnd.endDnd': 'dnd_updated_user',
  'dnd.endSnooze': 'dnd_updated_user',
  'dnd.setSnooze': 'dnd_updated_user',
  'files.completeUploadExternal': 'file_created file_public file_shared message:file_share',
  'files.delete': 'file_deleted',
  'files.remote.add': 'file_created',
  'files.remote.remove': 'file_deleted',
  'files.remote.share': 'file_shared',
  'files.remote.update': 'file_change',
  'files.revokePublicURL': 'file_change',
  'files.sharedPublicURL': 'file_change',
  'pins.add': 'pin_added',
  'pins.remove': 'pin_removed',
  'reactions.add': 'reaction_added',
  'reactions.remove': 'reaction_removed',
  'stars.add': 'star_added',
  'stars.remove': 'star_removed',
  'usergroups.create': 'subteam_created',
  'usergroups.disable': 'subteam_updated',
  'usergroups.enable': 'subteam_updated',
  'usergroups.update': 'subteam_updated',
  'usergroups.users.update': 'subteam_members_changed',
  'users.deletePhoto': 'user_change user_profile_changed',
  'users.profile.set': 'user_change user_profile_changed user_status_changed',
  'users.setPhoto': 'user_change user_profile_changed',
  'users.setPresence': 'manual_presence_change',
};

/** Of the others Slack tells no app. By why. */
export const silentMethods: Readonly<Record<string, string>> = {
  reads: `
    api.test apps.manifest.export apps.manifest.validate calls.info canvases.sections.lookup files.remote.info
    files.remote.list openid.connect.userInfo team.billing.info team.preferences.list apps.event.authorizations.list auth.teams.list auth.test blocks.validate bookmarks.list bots.info
    chat.getPermalink chat.scheduledMessages.list conversations.history conversations.info conversations.list
    conversations.members conversations.replies dnd.info dnd.teamInfo emoji.list files.info files.list pins.list
    reactions.get reactions.list reminders.info reminders.list search.all search.files search.messages stars.list team.info
    team.profile.get usergroups.list usergroups.users.list users.conversations users.getPresence users.identity users.info
    users.list users.lookupByEmail users.profile.get
  `,
  'gives the caller a token, a socket or an upload URL': `
    apps.connections.open files.getUploadURLExternal oauth.access oauth.v2.access oauth.v2.exchange oauth.v2.user.access
    openid.connect.token rtm.connect rtm.start tooling.tokens.rotate
  `,
  'shows a person something': `
    agents.sessions.setStatus assistant.threads.setStatus assistant.threads.setSuggestedPrompts dialog.open entity.presentDetails views.open
    views.publish views.push views.update
  `,
  'is the end of a step, of which the workflow hears': `
    functions.completeError functions.completeSuccess
  `,
  'changes the app itself, or who is in a call': `
    apps.manifest.create apps.manifest.delete apps.manifest.update calls.add calls.end
    calls.participants.add
    calls.participants.remove calls.update
  `,
  'no event is documented for it': `
    bookmarks.add bookmarks.edit bookmarks.remove chat.deleteScheduledMessage reminders.add
    reminders.complete reminders.delete users.setActive
  `,
};
