/** The calls to Slack that an install makes, by the app's own credentials or past the gate. */
import type { CallSlack, SlackAnswer } from '../slack/web-api.ts';
import type { ProbeAnswer } from '../team/signal.ts';
import { probeToken } from './identify.ts';

/** The app's credentials for the OAuth exchange. */
export interface AppSecret {
  clientId: string;
  clientSecret: string;
}

export interface InstallCalls {
  exchange(code: string, redirectUri: string): Promise<SlackAnswer>;
  identify(token: string): Promise<ProbeAnswer>;
  revoke(token: string): Promise<SlackAnswer>;
}

/** OAuth v1 for classic apps: client id and secret travel in the body, as oauth.access documents. */
export function createInstallCalls(callSlack: CallSlack, { clientId, clientSecret }: AppSecret): InstallCalls {
  return {
    exchange: (code, redirectUri) =>
      callSlack('oauth.access', {
        purpose: 'connect',
        args: { client_id: clientId, client_secret: clientSecret, code, redirect_uri: redirectUri },
      }),
    identify: (token) => probeToken(callSlack, token),
    revoke: (token) => callSlack('auth.revoke', { token, purpose: 'probe' }),
  };
}
