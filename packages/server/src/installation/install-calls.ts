/** The calls to Slack that an install makes, by the app's own credentials or past the gate. */

import type { ProbeAnswer } from '../slack/signal.ts';
import type { CallSlack, SlackAnswer } from '../slack/web-api.ts';
import { probeToken } from './identify.ts';

/** The app's credentials for the OAuth exchange, and the OAuth that it uses. */
export interface AppSecret {
  clientId: string;
  clientSecret: string;
  oauth: 'v1' | 'v2';
}

export interface InstallCalls {
  exchange(code: string, redirectUri: string, codeVerifier?: string): Promise<SlackAnswer>;
  identify(token: string): Promise<ProbeAnswer>;
  revoke(token: string): Promise<SlackAnswer>;
  uninstall(token: string): Promise<SlackAnswer>;
}

/** Builds the calls of one app. A code is sent once: Slack takes it once. */
export function createInstallCalls(callSlack: CallSlack, secret: AppSecret): InstallCalls {
  const exchange = secret.oauth === 'v2' ? exchangeV2 : exchangeV1;
  return {
    exchange: (code, redirectUri, codeVerifier) => {
      const args = { code, redirect_uri: redirectUri };
      if (codeVerifier === undefined) return exchange(callSlack, secret, args);
      return exchangeByProof(callSlack, secret, { ...args, code_verifier: codeVerifier });
    },
    identify: (token) => probeToken(callSlack, token),
    revoke: (token) => callSlack('auth.revoke', { token, purpose: 'probe' }),
    uninstall: (token) => {
      const args = { client_id: secret.clientId, client_secret: secret.clientSecret };
      return callSlack('apps.uninstall', { token, purpose: 'probe', args });
    },
  };
}

type Exchange = (
  callSlack: CallSlack,
  secret: AppSecret,
  args: { code: string; redirect_uri: string; code_verifier?: string },
) => Promise<SlackAnswer>;

/** For classic apps: client id and secret travel in the body, as oauth.access documents. */
const exchangeV1: Exchange = (callSlack, { clientId, clientSecret }, args) =>
  callSlack('oauth.access', {
    purpose: 'connect',
    args: { client_id: clientId, client_secret: clientSecret, ...args },
  });

/** A public client has no secret: it proves that it began the visit. (https://docs.slack.dev/authentication/using-pkce) */
const exchangeByProof: Exchange = (callSlack, { clientId }, args) =>
  callSlack('oauth.v2.access', { purpose: 'connect', args: { client_id: clientId, ...args } });

/** Client id and secret by HTTP Basic, as oauth.v2.access prefers: no log of bodies has the secret then. */
const exchangeV2: Exchange = (callSlack, { clientId: id, clientSecret }, args) =>
  callSlack('oauth.v2.access', { purpose: 'connect', basic: { id, secret: clientSecret }, args });
