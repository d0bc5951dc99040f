/** The facts of every family in one table. A method without an entry fails test/coverage.test.ts. */
import { agentsFacts } from './agents.test-data.ts';
import { apiFacts } from './api.test-data.ts';
import { appsFacts } from './apps.test-data.ts';
import { assistantFacts } from './assistant.test-data.ts';
import { authFacts } from './auth.test-data.ts';
import { blocksFacts } from './blocks.test-data.ts';
import { bookmarksFacts } from './bookmarks.test-data.ts';
import { callsFacts } from './calls.test-data.ts';
import { canvasesFacts } from './canvases.test-data.ts';
import { chatChangeFacts } from './chat-change.test-data.ts';
import { chatPostFacts } from './chat-post.test-data.ts';
import { chatScheduleFacts } from './chat-schedule.test-data.ts';
import { chatStreamFacts } from './chat-stream.test-data.ts';
import { chatUnfurlFacts } from './chat-unfurl.test-data.ts';
import { conversationActsFacts } from './conversation-acts.test-data.ts';
import { conversationMembersFacts } from './conversation-members.test-data.ts';
import { conversationOpenFacts } from './conversation-open.test-data.ts';
import { conversationsFacts } from './conversations.test-data.ts';
import { dialogFacts } from './dialog.test-data.ts';
import { dndFacts } from './dnd.test-data.ts';
import { emojiFacts } from './emoji.test-data.ts';
import { entityFacts } from './entity.test-data.ts';
import { fileUploadFacts } from './file-upload.test-data.ts';
import { filesFacts } from './files.test-data.ts';
import { filesRemoteFacts } from './files-remote.test-data.ts';
import { functionsFacts } from './functions.test-data.ts';
import { historyFacts } from './history.test-data.ts';
import { manifestFacts } from './manifest.test-data.ts';
import type { MethodFacts } from './method-facts.test-data.ts';
import { oauthFacts } from './oauth.test-data.ts';
import { oauthV2Facts } from './oauth-v2.test-data.ts';
import { openIdFacts } from './openid.test-data.ts';
import { pinsFacts } from './pins.test-data.ts';
import { reactionsFacts } from './reactions.test-data.ts';
import { remindersFacts } from './reminders.test-data.ts';
import { rtmFacts } from './rtm.test-data.ts';
import { searchFacts } from './search.test-data.ts';
import { starsFacts } from './stars.test-data.ts';
import { teamFacts } from './team.test-data.ts';
import { userPresenceFacts } from './user-presence.test-data.ts';
import { userProfileFacts } from './user-profile.test-data.ts';
import { usergroupsFacts } from './usergroups.test-data.ts';
import { usersFacts } from './users.test-data.ts';
import { viewsFacts } from './views.test-data.ts';

const all: MethodFacts = {
  ...agentsFacts,
  ...apiFacts,
  ...appsFacts,
  ...assistantFacts,
  ...authFacts,
  ...blocksFacts,
  ...bookmarksFacts,
  ...callsFacts,
  ...canvasesFacts,
  ...chatChangeFacts,
  ...chatPostFacts,
  ...chatScheduleFacts,
  ...chatStreamFacts,
  ...chatUnfurlFacts,
  ...conversationActsFacts,
  ...conversationMembersFacts,
  ...conversationOpenFacts,
  ...conversationsFacts,
  ...dialogFacts,
  ...dndFacts,
  ...emojiFacts,
  ...entityFacts,
  ...fileUploadFacts,
  ...filesFacts,
  ...filesRemoteFacts,
  ...functionsFacts,
  ...historyFacts,
  ...manifestFacts,
  ...oauthV2Facts,
  ...oauthFacts,
  ...openIdFacts,
  ...pinsFacts,
  ...reactionsFacts,
  ...remindersFacts,
  ...rtmFacts,
  ...searchFacts,
  ...starsFacts,
  ...teamFacts,
  ...userPresenceFacts,
  ...userProfileFacts,
  ...usergroupsFacts,
  ...usersFacts,
  ...viewsFacts,
};

/** By name, in the order of the alphabet. */
export const methodCoverage: MethodFacts = Object.fromEntries(
  Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1)),
);
