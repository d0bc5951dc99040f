/** Which app calls an oauth method: by HTTP Basic, or by fields. */

import { type Refusal, refuse } from '../wire/answer.ts';
import type { App } from '../workspace/model.ts';
import type { CallContext } from './method.ts';

/** The app whose id and secret were sent. */
export function clientOf(
  call: CallContext,
  clientId: string | undefined,
  clientSecret: string | undefined,
): App | Refusal {
  const app = namedClient(call, clientId);
  if (!app) return refuse('invalid_client_id');
  return app.clientSecret === (clientSecret ?? call.basic?.password) ? app : refuse('bad_client_secret');
}

/** The app whose id was sent, with or without its secret: what apps with PKCE do. */
export function namedClient(call: CallContext, clientId: string | undefined): App | undefined {
  const id = clientId ?? call.basic?.user;
  return id === undefined ? undefined : call.world.findAppByClientId(id);
}

/** Whether a secret was sent at all. */
export function hasSecret(call: CallContext, clientSecret: string | undefined): boolean {
  return clientSecret !== undefined || (call.basic?.password ?? '') !== '';
}

/** Slack looks at an empty code before it looks at the client. (slackapi/java-slack-sdk, test_with_remote_apis/methods/oauth_Test.java) */
export function hasEmptyCode({ raw }: CallContext): boolean {
  return raw.code === '';
}
