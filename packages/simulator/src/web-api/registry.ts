/** Every method that the simulator has. To add one: an entry in methods/, and its family here. The rest is unknown_method. */
import type { WebApiMethod } from './method.ts';
import { apiMethods } from './methods/api.ts';
import { appMethods } from './methods/apps.ts';
import { assistantMethods } from './methods/assistant.ts';
import { authMethods } from './methods/auth.ts';
import { blockMethods } from './methods/blocks.ts';
import { chatChangeMethods } from './methods/chat-change.ts';
import { chatPostMethods } from './methods/chat-post.ts';
import { chatScheduleMethods } from './methods/chat-schedule.ts';
import { chatStreamMethods } from './methods/chat-stream.ts';
import { chatUnfurlMethods } from './methods/chat-unfurl.ts';
import { conversationActMethods } from './methods/conversation-acts.ts';
import { conversationMemberMethods } from './methods/conversation-members.ts';
import { conversationOpenMethods } from './methods/conversation-open.ts';
import { conversationMethods } from './methods/conversations.ts';
import { emojiMethods } from './methods/emoji.ts';
import { fileUploadMethods } from './methods/file-upload.ts';
import { fileMethods } from './methods/files.ts';
import { historyMethods } from './methods/history.ts';
import { oauthMethods } from './methods/oauth.ts';
import { oauthV2Methods } from './methods/oauth-v2.ts';
import { pinMethods } from './methods/pins.ts';
import { reactionMethods } from './methods/reactions.ts';
import { rtmMethods } from './methods/rtm.ts';
import { teamMethods } from './methods/team.ts';
import { userPresenceMethods } from './methods/user-presence.ts';
import { userProfileMethods } from './methods/user-profile.ts';
import { userMethods } from './methods/users.ts';
import { viewMethods } from './methods/views.ts';

const families = [
  apiMethods,
  appMethods,
  authMethods,
  assistantMethods,
  blockMethods,
  chatChangeMethods,
  chatPostMethods,
  chatScheduleMethods,
  chatStreamMethods,
  chatUnfurlMethods,
  conversationActMethods,
  conversationMemberMethods,
  conversationMethods,
  conversationOpenMethods,
  emojiMethods,
  fileMethods,
  fileUploadMethods,
  historyMethods,
  oauthMethods,
  oauthV2Methods,
  pinMethods,
  reactionMethods,
  rtmMethods,
  teamMethods,
  userMethods,
  userPresenceMethods,
  userProfileMethods,
  viewMethods,
];

/** The methods by name. */
export const webApiMethods: ReadonlyMap<string, WebApiMethod> = new Map(
  families.flat().map((method) => [method.name, method]),
);
