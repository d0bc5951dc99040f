/** Facts about conversation-members.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const conversationMembersFacts = {
  'conversations.invite': {
    test: 'src/web-api/methods/conversation-members.test.ts › brings several people in, and the line says who invited them',
    errors: `
      already_in_channel app_cannot_join_channel cant_invite cant_invite_self channel_not_found
      external_channel_migrating invitee_cant_see_channel is_archived method_not_supported_for_channel_type
      no_external_invite_permission no_user not_in_channel org_user_not_in_team ura_max_channels user_is_restricted
      user_not_found
    `,
  },
  'conversations.join': {
    test: 'src/web-api/methods/conversation-members.test.ts › makes a member, with a line and an event',
    errors: `
      channel_is_limited_access channel_not_found is_archived method_not_supported_for_channel_type too_many_members
    `,
  },
  'conversations.kick': {
    test: 'src/web-api/methods/conversation-members.test.ts › takes somebody out of a channel, with a line',
    errors: `
      cant_kick_from_general cant_kick_self channel_not_found method_not_supported_for_channel_type not_in_channel
      not_supported restricted_action user_not_found
    `,
  },
  'conversations.leave': {
    test: 'src/web-api/methods/conversation-members.test.ts › takes a member out, who then hears of it and of nothing else',
    errors: `
      cant_leave_general channel_not_found is_archived last_member method_not_supported_for_channel_type
      user_is_restricted
    `,
  },
} as const satisfies MethodFacts;
