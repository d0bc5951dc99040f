/** The test that shows what each Web API method does. A method without an entry fails test/coverage.test.ts. */
import type { CoverageTable } from '../../coverage.test-data.ts';

export const methodCoverage = {
  'agents.sessions.rename': {
    test: 'src/web-api/methods/assistant.test.ts › setStatus begins a session, and rename shows in the thread',
  },
  'agents.sessions.setStatus': {
    test: 'src/web-api/methods/assistant.test.ts › setStatus begins a session, and rename shows in the thread',
  },
  'api.test': { test: 'src/web-api/message-answer-keys.test.ts › emoji.list and api.test' },
  'apps.connections.open': { test: 'src/socket-mode/socket-mode.test.ts › gives the URL of one connection' },
  'apps.event.authorizations.list': {
    test: 'src/events-api/events-api.test.ts › names its app and team to apps.event.authorizations.list',
  },
  'apps.uninstall': {
    test: 'src/oauth/oauth-v2.test.ts › comes with apps.uninstall: bot tokens are inactive, user tokens revoked, and a re-install gives new ones',
  },
  'assistant.threads.setStatus': {
    test: 'src/web-api/methods/assistant.test.ts › setStatus shows until two minutes have passed',
  },
  'assistant.threads.setSuggestedPrompts': {
    test: 'src/web-api/methods/assistant.test.ts › setSuggestedPrompts offers at most four',
  },
  'assistant.threads.setTitle': {
    test: 'src/web-api/methods/assistant.test.ts › setTitle shows on the first message of the thread',
  },
  'auth.revoke': {
    test: 'src/oauth/oauth-v2.test.ts › comes with auth.revoke of a bot token that does not rotate; a dry run ends nothing',
  },
  'auth.teams.list': {
    test: 'src/oauth/org-install.test.ts › works nowhere until a workspace was given access, and no longer than that',
  },
  'auth.test': { test: 'test/compat-web-api.test.ts › knows who it is, and reads the scopes from the headers' },
  'blocks.validate': {
    test: 'src/web-api/methods/blocks.test.ts › blocks.validate says what chat.postMessage would say, and knows where blocks may be',
  },
  'bots.info': {
    test: 'src/web-api/methods/team.test.ts › bots.info shows the bot behind a message, and that it is gone after an uninstall',
  },
  'chat.appendStream': {
    test: 'src/web-api/methods/chat-stream.test.ts › grows in the thread while sockets watch, and ends with blocks and metadata',
  },
  'chat.delete': {
    test: 'src/web-api/methods/chat-change.test.ts › takes the message out of the history, and tells sockets',
  },
  'chat.deleteScheduledMessage': {
    test: 'src/web-api/methods/chat-schedule.test.ts › keeps the message from being posted, until a minute before',
  },
  'chat.getPermalink': {
    test: 'src/web-api/methods/chat-change.test.ts › leads to a message that was posted, also to one in a thread',
  },
  'chat.meMessage': { test: 'src/web-api/methods/chat-post.test.ts › is in the history as me_message' },
  'chat.postEphemeral': {
    test: 'src/web-api/methods/chat-post.test.ts › is seen on the sockets of that user alone, and not in the history',
  },
  'chat.postMessage': {
    test: 'test/compat-web-api.test.ts › posts text, blocks and answers in threads, and reads them back',
  },
  'chat.scheduleMessage': {
    test: 'src/web-api/methods/chat-schedule.test.ts › posts when the clock gets there, and not before',
  },
  'chat.scheduledMessages.list': {
    test: 'src/web-api/methods/chat-schedule.test.ts › takes at most 30 for the same channel within 5 minutes',
  },
  'chat.startStream': {
    test: 'src/web-api/methods/chat-stream.test.ts › grows in the thread while sockets watch, and ends with blocks and metadata',
  },
  'chat.stopStream': {
    test: 'src/web-api/methods/chat-stream.test.ts › grows in the thread while sockets watch, and ends with blocks and metadata',
  },
  'chat.unfurl': {
    test: 'src/web-api/methods/chat-unfurl.test.ts › puts a preview under the message, once, and tells sockets',
  },
  'chat.update': {
    test: 'src/web-api/methods/chat-change.test.ts › changes the message in the history, and tells sockets what it was',
  },
  'conversations.archive': {
    test: 'src/web-api/methods/conversation-acts.test.ts › close a channel to writers and open it again',
  },
  'conversations.close': {
    test: 'src/web-api/methods/conversation-open.test.ts › takes a direct message out of sight until it is opened again',
  },
  'conversations.create': {
    test: 'src/web-api/methods/conversation-acts.test.ts › makes a channel that is listed, announced, and has its maker in it',
  },
  'conversations.history': {
    test: 'test/compat-web-api.test.ts › posts text, blocks and answers in threads, and reads them back',
  },
  'conversations.info': {
    test: 'src/web-api/methods/conversation-acts.test.ts › are seen in conversations.info with who set them, as lines, and on sockets',
  },
  'conversations.invite': {
    test: 'src/web-api/methods/conversation-members.test.ts › brings several people in, and the line says who invited them',
  },
  'conversations.join': {
    test: 'src/web-api/methods/conversation-members.test.ts › makes a member, with a line and an event',
  },
  'conversations.kick': {
    test: 'src/web-api/methods/conversation-members.test.ts › takes somebody out of a channel, with a line',
  },
  'conversations.leave': {
    test: 'src/web-api/methods/conversation-members.test.ts › takes a member out, who then hears of it and of nothing else',
  },
  'conversations.list': { test: 'test/compat-web-api.test.ts › pages through everything by itself' },
  'conversations.mark': {
    test: 'src/web-api/methods/conversation-open.test.ts › moves last_read, counts what is unread, and tells the own sockets',
  },
  'conversations.members': {
    test: 'src/web-api/methods/conversation-members.test.ts › takes a member out, who then hears of it and of nothing else',
  },
  'conversations.open': { test: 'test/compat-web-api.test.ts › opens a direct message and writes to a person' },
  'conversations.rename': {
    test: 'src/web-api/methods/conversation-acts.test.ts › shows the new name, remembers the old one, writes a line and tells sockets',
  },
  'conversations.replies': {
    test: 'src/web-api/methods/chat-change.test.ts › leaves a tombstone above answers, and counts answers anew',
  },
  'conversations.setPurpose': {
    test: 'src/web-api/methods/conversation-acts.test.ts › are seen in conversations.info with who set them, as lines, and on sockets',
  },
  'conversations.setTopic': {
    test: 'src/web-api/methods/conversation-acts.test.ts › are seen in conversations.info with who set them, as lines, and on sockets',
  },
  'conversations.unarchive': {
    test: 'src/web-api/methods/conversation-acts.test.ts › close a channel to writers and open it again',
  },
  'emoji.list': {
    test: 'src/web-api/methods/assistant.test.ts › has what was added, and no longer what was taken away',
  },
  'files.completeUploadExternal': {
    test: 'src/web-api/methods/files.test.ts › puts a file into a channel with a comment, and everybody there sees it',
  },
  'files.delete': {
    test: 'src/web-api/methods/files.test.ts › leave a tombstone in the message, and the file is gone',
  },
  'files.getUploadURLExternal': {
    test: 'src/web-api/methods/files.test.ts › take the content as a body, as a form, and by PUT',
  },
  'files.info': {
    test: 'src/web-api/methods/files.test.ts › puts a file into a channel with a comment, and everybody there sees it',
  },
  'files.list': {
    test: 'src/web-api/methods/files.test.ts › list what the caller may see, newest first, by channel, person, type and page',
  },
  'files.revokePublicURL': {
    test: 'src/web-api/methods/files.test.ts › open to anybody with files.sharedPublicURL until it is revoked',
  },
  'files.sharedPublicURL': {
    test: 'src/web-api/methods/files.test.ts › open to anybody with files.sharedPublicURL until it is revoked',
  },
  'oauth.access': { test: 'src/oauth/oauth.test.ts › gives the tokens of the bot and of the person' },
  'oauth.v2.access': {
    test: 'src/oauth/oauth-v2.test.ts › gives the token of the bot, and no token of the person when none was asked',
  },
  'oauth.v2.exchange': {
    test: 'src/oauth/token-rotation.test.ts › turns a long-lived token into a rotating one, once',
  },
  'oauth.v2.user.access': {
    test: 'src/oauth/oauth-v2.test.ts › answers /oauth/v2_user/authorize by oauth.v2.user.access',
  },
  'pins.add': {
    test: 'src/web-api/methods/pins.test.ts › are listed, counted in the history and told to sockets, until they are taken off',
  },
  'pins.list': {
    test: 'src/web-api/methods/pins.test.ts › are listed, counted in the history and told to sockets, until they are taken off',
  },
  'pins.remove': {
    test: 'src/web-api/methods/pins.test.ts › are listed, counted in the history and told to sockets, until they are taken off',
  },
  'reactions.add': {
    test: 'src/web-api/methods/reactions.test.ts › show who reacted in the history, in reactions.get and on sockets',
  },
  'reactions.get': {
    test: 'src/web-api/methods/reactions.test.ts › show who reacted in the history, in reactions.get and on sockets',
  },
  'reactions.list': {
    test: 'src/web-api/methods/reactions.test.ts › gives what somebody reacted to, newest first, page by page',
  },
  'reactions.remove': {
    test: 'src/web-api/methods/reactions.test.ts › show who reacted in the history, in reactions.get and on sockets',
  },
  'rtm.connect': { test: 'src/rtm/rtm.test.ts › opens one socket, and no second one' },
  'rtm.start': { test: 'src/web-api/answer-keys.test.ts › rtm.start' },
  'team.info': {
    test: 'src/web-api/methods/team.test.ts › team.info shows a workspace under its new name, of which sockets hear',
  },
  'team.profile.get': { test: 'src/web-api/methods/users.test.ts › of custom fields is seen in team.profile.get' },
  'users.conversations': { test: 'src/web-api/methods/conversations.test.ts › follows who joins and leaves' },
  'users.getPresence': {
    test: 'src/web-api/methods/user-presence.test.ts › users.getPresence shows a bot as active while it is connected',
  },
  'users.identity': { test: 'src/web-api/methods/users.test.ts › says who the person behind a user token is' },
  'users.info': { test: 'src/web-api/methods/users.test.ts › show a person who joined the team' },
  'users.list': { test: 'src/web-api/methods/users.test.ts › show a person who joined the team' },
  'users.lookupByEmail': { test: 'src/web-api/methods/users.test.ts › show a person who joined the team' },
  'users.profile.get': {
    test: 'src/web-api/methods/users.test.ts › is seen in users.profile.get, in users.info and as user_change',
  },
  'users.profile.set': {
    test: 'src/web-api/methods/users.test.ts › is seen in users.profile.get, in users.info and as user_change',
  },
  'users.setActive': { test: 'src/web-api/methods/user-presence.test.ts › users.getPresence tells oneself why' },
  'users.setPresence': {
    test: 'src/web-api/methods/user-presence.test.ts › users.setPresence wins over everything until it is auto again, and sockets hear of it',
  },
  'views.open': { test: 'src/web-api/methods/views.test.ts › shows a modal with every key of Slack' },
  'views.publish': {
    test: 'src/web-api/methods/views.test.ts › shows a home tab, and the event of its opening carries it',
  },
  'views.push': { test: 'src/web-api/methods/views.test.ts › puts views on top of each other, three at most' },
  'views.update': {
    test: 'src/web-api/methods/views.test.ts › exchanges the content by id or external id, keeps what was entered, and changes the hash',
  },
} as const satisfies CoverageTable;
