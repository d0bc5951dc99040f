/** The test that shows what causes each event, over HTTP and Socket Mode. `message:…` is a subtype. */
import type { CoverageTable } from '../coverage.test-data.ts';

export const eventCoverage = {
  agent_session_stopped: {
    test: 'src/web-api/methods/agents.test.ts › is stopped by a person: its messages end, the app is told, and the status stays',
  },
  agent_session_title_changed: {
    test: 'src/web-api/methods/agents.test.ts › is renamed by a person, of which the app is told what it was called before',
  },
  app_context_changed: {
    test: 'src/web-api/methods/agents.test.ts › is told what a person looks at, at once and with what they write next',
  },
  app_home_opened: {
    test: 'src/web-api/methods/views.test.ts › shows a home tab, and the event of its opening carries it',
  },
  app_mention: { test: 'src/deliveries/slack-events.test.ts › app_mention says no channel_type' },
  app_rate_limited: { test: 'src/events-api/events-api.test.ts › tell the app once per minute that it misses events' },
  app_uninstalled: { test: 'src/events-api/events-api.test.ts › is told by tokens_revoked and app_uninstalled' },
  assistant_thread_context_changed: { test: 'src/deliveries/slack-events.test.ts › %j → %s' },
  assistant_thread_started: { test: 'src/deliveries/slack-events.test.ts › %j → %s' },
  call_rejected: { test: 'src/web-api/methods/calls.test.ts › is registered, shown in a message, changed and ended' },
  channel_archive: {
    test: 'src/deliveries/slack-events.test.ts › channel_created, channel_rename, channel_archive and channel_unarchive',
  },
  channel_created: {
    test: 'src/deliveries/slack-events.test.ts › channel_created, channel_rename, channel_archive and channel_unarchive',
  },
  channel_deleted: {
    test: 'src/deliveries/slack-events.test.ts › channel_created, channel_rename, channel_archive and channel_unarchive',
  },
  channel_left: {
    test: 'src/web-api/methods/conversation-members.test.ts › takes a member out, who then hears of it and of nothing else',
  },
  channel_rename: {
    test: 'src/deliveries/slack-events.test.ts › channel_created, channel_rename, channel_archive and channel_unarchive',
  },
  channel_unarchive: {
    test: 'src/deliveries/slack-events.test.ts › channel_created, channel_rename, channel_archive and channel_unarchive',
  },
  emoji_changed: { test: 'src/deliveries/slack-events.test.ts › %j → %s' },
  entity_details_requested: {
    test: 'src/web-api/methods/entity.test.ts › is opened by a person, of which its app is told, and shows what the app gives',
  },
  file_change: { test: 'src/deliveries/private-events.test.ts › says file_change when its public link is taken back' },
  file_created: { test: 'src/deliveries/slack-events.test.ts › file_created and file_shared' },
  file_deleted: { test: 'src/web-api/methods/files.test.ts › leave a tombstone in the message, and the file is gone' },
  file_public: {
    test: 'src/web-api/methods/files.test.ts › puts a file into a channel with a comment, and everybody there sees it',
  },
  file_shared: { test: 'src/deliveries/slack-events.test.ts › file_created and file_shared' },
  file_unshared: {
    test: 'src/web-api/methods/canvases.test.ts › is shared with people and conversations, to read or to write',
  },
  function_executed: {
    test: 'src/web-api/methods/functions.test.ts › is told to the app, which ends it with its outputs',
  },
  grid_migration_finished: { test: 'src/deliveries/slack-events.test.ts › %j → %s' },
  grid_migration_started: { test: 'src/deliveries/slack-events.test.ts › %j → %s' },
  group_archive: {
    test: 'src/deliveries/private-events.test.ts › says group_archive, group_unarchive and group_deleted to its members',
  },
  group_close: { test: 'src/deliveries/private-events.test.ts › says group_close and group_open' },
  group_deleted: {
    test: 'src/deliveries/private-events.test.ts › says group_archive, group_unarchive and group_deleted to its members',
  },
  group_left: { test: 'src/deliveries/private-events.test.ts › says group_left to who goes' },
  group_open: { test: 'src/deliveries/private-events.test.ts › says group_close and group_open' },
  group_rename: {
    test: 'src/web-api/methods/conversation-acts.test.ts › says group_rename to the members of a private channel',
  },
  group_unarchive: {
    test: 'src/deliveries/private-events.test.ts › says group_archive, group_unarchive and group_deleted to its members',
  },
  im_close: {
    test: 'src/web-api/methods/conversation-open.test.ts › takes a direct message out of sight until it is opened again',
  },
  im_created: {
    test: 'src/web-api/methods/conversation-open.test.ts › makes a direct message that both find and that sockets hear of',
  },
  im_open: {
    test: 'src/web-api/methods/conversation-open.test.ts › makes a direct message that both find and that sockets hear of',
  },
  link_shared: { test: 'src/web-api/methods/chat-unfurl.test.ts › takes the unfurl_id of the event' },
  member_joined_channel: {
    test: 'src/deliveries/slack-events.test.ts › member_joined_channel and member_left_channel',
  },
  member_left_channel: { test: 'src/deliveries/slack-events.test.ts › member_joined_channel and member_left_channel' },
  message: { test: 'src/deliveries/slack-events.test.ts › a message' },
  'message:assistant_app_thread': {
    test: 'test/compat-bolt-assistant.test.ts › tells of a title by message_changed of the first message',
  },
  'message:bot_message': { test: "src/deliveries/slack-events.test.ts › the bot's own post" },
  'message:channel_archive': {
    test: 'src/web-api/methods/conversation-acts.test.ts › close a channel to writers and open it again',
  },
  'message:channel_join': {
    test: 'src/web-api/methods/conversation-members.test.ts › makes a member, with a line and an event',
  },
  'message:channel_leave': {
    test: 'src/web-api/methods/conversation-members.test.ts › takes a member out, who then hears of it and of nothing else',
  },
  'message:channel_name': {
    test: 'src/web-api/methods/conversation-acts.test.ts › shows the new name, remembers the old one, writes a line and tells sockets',
  },
  'message:channel_unarchive': {
    test: 'src/web-api/methods/conversation-acts.test.ts › close a channel to writers and open it again',
  },
  'message:file_share': {
    test: 'src/web-api/methods/files.test.ts › puts a file into a channel with a comment, and everybody there sees it',
  },
  'message:group_topic': {
    test: 'src/web-api/methods/conversation-acts.test.ts › are cleared by an empty value, and a topic of a private channel is a group_topic',
  },
  'message:channel_topic': { test: 'src/deliveries/slack-events.test.ts › %s' },
  'message:channel_purpose': { test: 'src/deliveries/slack-events.test.ts › %s' },
  'message:me_message': { test: 'src/deliveries/slack-events.test.ts › me_message' },
  'message:message_changed': {
    test: 'src/deliveries/slack-events.test.ts › message_changed and message_deleted carry what was before',
  },
  'message:message_deleted': {
    test: 'src/deliveries/slack-events.test.ts › message_changed and message_deleted carry what was before',
  },
  'message:thread_broadcast': { test: 'src/deliveries/slack-events.test.ts › thread_broadcast carries its root' },
  message_metadata_deleted: {
    test: 'src/deliveries/person-events.test.ts › metadata is told when it is posted, changed and deleted with its message',
    missing: 'the list of types in the app settings: a subscriber hears of every type',
  },
  message_metadata_posted: {
    test: 'src/deliveries/person-events.test.ts › metadata is told when it is posted, changed and deleted with its message',
    missing: 'the list of types in the app settings: a subscriber hears of every type',
  },
  message_metadata_updated: {
    test: 'src/deliveries/person-events.test.ts › metadata is told when it is posted, changed and deleted with its message',
    missing: 'the list of types in the app settings: a subscriber hears of every type',
  },
  pin_added: { test: 'src/deliveries/slack-events.test.ts › pin_added and pin_removed' },
  pin_removed: { test: 'src/deliveries/slack-events.test.ts › pin_added and pin_removed' },
  reaction_added: { test: 'src/deliveries/slack-events.test.ts › %s' },
  reaction_removed: { test: 'src/deliveries/slack-events.test.ts › %s' },
  star_added: {
    test: 'src/web-api/methods/stars.test.ts › are kept for their owner alone, whose apps and sockets hear of them',
  },
  star_removed: {
    test: 'src/web-api/methods/stars.test.ts › are kept for their owner alone, whose apps and sockets hear of them',
  },
  subteam_created: {
    test: 'src/web-api/methods/usergroups.test.ts › are made, changed, switched off and on, and apps hear of it',
  },
  subteam_members_changed: {
    test: "src/web-api/methods/usergroups.test.ts › have members, who join the group's channels",
  },
  subteam_self_added: { test: "src/web-api/methods/usergroups.test.ts › have members, who join the group's channels" },
  subteam_self_removed: {
    test: "src/web-api/methods/usergroups.test.ts › have members, who join the group's channels",
  },
  subteam_updated: {
    test: 'src/web-api/methods/usergroups.test.ts › are made, changed, switched off and on, and apps hear of it',
  },
  team_access_granted: { test: 'src/oauth/org-install.test.ts › tells the app what happened to its installations' },
  team_access_revoked: { test: 'src/oauth/org-install.test.ts › tells the app what happened to its installations' },
  team_domain_change: { test: 'src/deliveries/slack-events.test.ts › %j → %s' },
  team_join: { test: 'src/deliveries/slack-events.test.ts › team_join and user_change' },
  team_rename: { test: 'src/deliveries/slack-events.test.ts › %j → %s' },
  tokens_revoked: { test: 'src/events-api/events-api.test.ts › is told by tokens_revoked and app_uninstalled' },
  url_verification: { test: 'src/events-api/events-api.test.ts › is taken when the challenge comes back as %s' },
  user_change: { test: 'src/deliveries/slack-events.test.ts › team_join and user_change' },
  user_profile_changed: {
    test: 'src/deliveries/person-events.test.ts › a profile is told as user_change and user_profile_changed, a status as user_status_changed besides',
  },
  user_status_changed: {
    test: 'src/deliveries/person-events.test.ts › a profile is told as user_change and user_profile_changed, a status as user_status_changed besides',
  },
  dnd_updated: {
    test: 'src/web-api/methods/dnd.test.ts › is told whole to the apps that the person gave a token, and to others that it changed',
  },
  dnd_updated_user: {
    test: 'src/web-api/methods/dnd.test.ts › is begun, seen by oneself alone, and ended, and apps hear of it',
  },
} as const satisfies CoverageTable;
