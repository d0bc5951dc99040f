/** Every method that the simulator has. To add one: an entry in methods/, and its family here. The rest is unknown_method. */
import type { WebApiMethod } from './method.ts';
import { apiMethods } from './methods/api.ts';
import { authMethods } from './methods/auth.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationMethods } from './methods/conversations.ts';
import { oauthMethods } from './methods/oauth.ts';
import { oauthV2Methods } from './methods/oauth-v2.ts';
import { rtmMethods } from './methods/rtm.ts';
import { teamMethods } from './methods/team.ts';
import { userMethods } from './methods/users.ts';

const families = [
  apiMethods,
  authMethods,
  chatMethods,
  conversationMethods,
  oauthMethods,
  oauthV2Methods,
  rtmMethods,
  teamMethods,
  userMethods,
];

/** The methods by name. */
export const webApiMethods: ReadonlyMap<string, WebApiMethod> = new Map(
  families.flat().map((method) => [method.name, method]),
);
