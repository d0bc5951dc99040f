/** The test that shows each RTM frame. `→` is what a client writes, `←` what it gets; a frame of a shared event is in deliveries/. */
import type { CoverageTable } from '../coverage.test-data.ts';

export const rtmCoverage = {
  '→ ping': { test: 'src/rtm/rtm.test.ts › ping, and the pong echoes its flat fields' },
  '→ message': {
    test: 'src/rtm/rtm.test.ts › a message: its socket gets the ack, the other sockets of the bot the message, and history has it',
  },
  '→ typing': { test: 'src/rtm/rtm.test.ts › typing, and the others in the channel see it' },
  '→ presence_sub': { test: 'src/rtm/rtm.test.ts › is told to whom subscribed, and only of the last list' },
  '→ presence_query': { test: 'src/rtm/rtm.test.ts › comes in batches to clients that asked for them' },
  '← hello': { test: 'src/rtm/rtm.test.ts › keeps what happens until the socket opens, and shows it after hello' },
  '← pong': { test: 'src/rtm/rtm.test.ts › ping, and the pong echoes its flat fields' },
  '← error': { test: 'src/rtm/rtm.test.ts › a frame with %s and gets an error frame' },
  '← goodbye': {
    test: 'src/faults/faults.test.ts › gets goodbye and closes later, and a successor that was opened meanwhile lives',
  },
  '← team_migration_started': {
    test: 'src/faults/faults.test.ts › moves: it is told, closed, and rtm.connect answers migration_in_progress so many times',
  },
  '← message': {
    test: 'src/rtm/rtm.test.ts › a person writes in a channel or directly, types, and answers in a thread',
  },
  '← user_typing': {
    test: 'src/rtm/rtm.test.ts › a person writes in a channel or directly, types, and answers in a thread',
  },
  '← presence_change': { test: 'src/rtm/rtm.test.ts › is told to whom subscribed, and only of the last list' },
  '← message:message_replied': {
    test: 'src/web-api/methods/chat-post.test.ts › tells sockets of the new count of the thread',
  },
  '← im_marked': {
    test: 'src/web-api/methods/conversation-open.test.ts › moves last_read, counts what is unread, and tells the own sockets',
  },
  '← manual_presence_change': {
    test: 'src/web-api/methods/user-presence.test.ts › users.setPresence of a bot is told to its own sockets as manual_presence_change',
  },
  '← channel_joined': { test: 'src/rtm/rtm.test.ts › is not shown where the bot is not a member, until it is invited' },
  '← channel_marked': {
    test: 'src/web-api/methods/conversation-open.test.ts › moves last_read, counts what is unread, and tells the own sockets',
    missing: 'shown by a test for direct messages only, as im_marked',
  },
  '← member_joined_channel': {
    test: 'src/rtm/rtm.test.ts › is not shown where the bot is not a member, until it is invited',
  },
  '← channel_created': { test: 'src/rtm/rtm.test.ts › a new person and a new channel are announced' },
  '← team_join': { test: 'src/rtm/rtm.test.ts › a new person and a new channel are announced' },
  '← team_rename': {
    test: 'src/web-api/methods/team.test.ts › team.info shows a workspace under its new name, of which sockets hear',
  },
} as const satisfies CoverageTable;
