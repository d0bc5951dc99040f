/** Every method that the simulator has. To add one: an entry in its family's file and facts, and a new family here. The rest is unknown_method. */
import type { WebApiMethod } from '../method.ts';
import { agentMethods } from './agents.ts';
import { apiMethods } from './api.ts';
import { appMethods } from './apps.ts';
import { assistantMethods } from './assistant.ts';
import { authMethods } from './auth.ts';
import { blockMethods } from './blocks.ts';
import { bookmarkMethods } from './bookmarks.ts';
import { callMethods } from './calls.ts';
import { canvasChangeMethods } from './canvas-changes.ts';
import { canvasMethods } from './canvases.ts';
import { chatChangeMethods } from './chat-change.ts';
import { chatPostMethods } from './chat-post.ts';
import { chatScheduleMethods } from './chat-schedule.ts';
import { chatStreamMethods } from './chat-stream.ts';
import { chatUnfurlMethods } from './chat-unfurl.ts';
import { conversationActMethods } from './conversation-acts.ts';
import { conversationMemberMethods } from './conversation-members.ts';
import { conversationOpenMethods } from './conversation-open.ts';
import { conversationMethods } from './conversations.ts';
import { dialogMethods } from './dialog.ts';
import { dndMethods } from './dnd.ts';
import { emojiMethods } from './emoji.ts';
import { entityMethods } from './entity.ts';
import { fileUploadMethods } from './file-upload.ts';
import { fileMethods } from './files.ts';
import { fileRemoteMethods } from './files-remote.ts';
import { functionMethods } from './functions.ts';
import { historyMethods } from './history.ts';
import { manifestMethods } from './manifest.ts';
import { oauthMethods } from './oauth.ts';
import { oauthV2Methods } from './oauth-v2.ts';
import { openIdMethods } from './openid.ts';
import { pinMethods } from './pins.ts';
import { reactionMethods } from './reactions.ts';
import { reminderMethods } from './reminders.ts';
import { rtmMethods } from './rtm.ts';
import { searchMethods } from './search.ts';
import { starMethods } from './stars.ts';
import { teamMethods } from './team.ts';
import { userPresenceMethods } from './user-presence.ts';
import { userProfileMethods } from './user-profile.ts';
import { usergroupMethods } from './usergroups.ts';
import { userMethods } from './users.ts';
import { viewMethods } from './views.ts';

const families = [
  agentMethods,
  apiMethods,
  appMethods,
  authMethods,
  assistantMethods,
  blockMethods,
  bookmarkMethods,
  callMethods,
  canvasChangeMethods,
  canvasMethods,
  chatChangeMethods,
  chatPostMethods,
  chatScheduleMethods,
  chatStreamMethods,
  chatUnfurlMethods,
  conversationActMethods,
  conversationMemberMethods,
  conversationMethods,
  conversationOpenMethods,
  dialogMethods,
  dndMethods,
  emojiMethods,
  entityMethods,
  fileMethods,
  fileRemoteMethods,
  fileUploadMethods,
  functionMethods,
  historyMethods,
  manifestMethods,
  oauthMethods,
  oauthV2Methods,
  openIdMethods,
  pinMethods,
  reactionMethods,
  reminderMethods,
  rtmMethods,
  searchMethods,
  starMethods,
  teamMethods,
  usergroupMethods,
  userMethods,
  userPresenceMethods,
  userProfileMethods,
  viewMethods,
];

/** The methods by name. */
export const webApiMethods: ReadonlyMap<string, WebApiMethod> = new Map(
  families.flat().map((method) => [method.name, method]),
);
