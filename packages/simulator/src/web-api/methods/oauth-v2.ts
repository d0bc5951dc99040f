/** oauth.v2.access, oauth.v2.user.access and oauth.v2.exchange: codes, refresh tokens and old tokens become tokens. */
import { exchangeLongLivedToken, installByCode, renewToken } from '../../oauth/installer.ts';
import type { IssuedCode } from '../../oauth/oauth-codes.ts';
import { challengeOf } from '../../oauth/pkce.ts';
import { refreshedAnswer, userAccessAnswer, v2Answer } from '../../oauth/v2-answer.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, text } from '../../wire/arguments.ts';
import type { App, Team } from '../../workspace/model.ts';
import { type CallContext, openMethod, tokenMethod, type WebApiMethod } from '../method.ts';
import { clientOf, hasSecret, namedClient } from '../oauth-client.ts';

const accessArguments = {
  client_id: text.optional(),
  client_secret: text.optional(),
  code: text.optional(),
  redirect_uri: text.optional(),
  grant_type: text.optional(),
  refresh_token: text.optional(),
  code_verifier: text.optional(),
  assertion: text.optional(),
};

type AccessArguments = ArgumentsOf<typeof accessArguments>;

export const oauthV2Methods: readonly WebApiMethod[] = [
  accessMethod('oauth.v2.access', 'v2'),
  accessMethod('oauth.v2.user.access', 'v2_user'),
  tokenMethod({
    name: 'oauth.v2.exchange',
    tier: 3,
    args: { client_id: text.optional(), client_secret: text.optional() },
    run(call, args) {
      const app = clientOf(call, args.client_id, args.client_secret);
      if (isRefusal(app)) return app;
      if (app !== call.app) return refuse('invalid_token');
      const exchanged = exchangeLongLivedToken(call.world, call.token);
      return typeof exchanged === 'string' ? refuse(exchanged) : refreshedAnswer(exchanged);
    },
  }),
];

function accessMethod(name: string, version: 'v2' | 'v2_user'): WebApiMethod {
  return openMethod({
    name,
    tier: 'special',
    args: accessArguments,
    teamOf: accessTeamOf,
    run(call, args) {
      switch (args.grant_type ?? 'authorization_code') {
        case 'authorization_code':
          return exchangeCode(call, version, args);
        case 'refresh_token':
          return exchangeRefreshToken(call, args);
        default:
          return refuse('invalid_grant_type');
      }
    },
  });
}

/** The team that the call concerns, for faults and the log. */
export function accessTeamOf({ services, world, raw }: CallContext): Team | undefined {
  if (typeof raw.code === 'string') return services.codes.find(raw.code)?.team;
  return typeof raw.refresh_token === 'string'
    ? world.refreshTokens.get(raw.refresh_token)?.holder.owner.team
    : undefined;
}

function exchangeCode(call: CallContext, version: 'v2' | 'v2_user', args: AccessArguments): Answer {
  const app = callingApp(call, args);
  if (isRefusal(app)) return app;
  const code = call.services.codes.find(args.code ?? '');
  if (!code || code.app !== app || code.isUsed) return refuse('invalid_code');
  if (code.version !== version) return refuse('oauth_authorization_url_mismatch');
  if (code.redirectUri !== args.redirect_uri) return refuse('bad_redirect_uri');
  const refusal = version === 'v2' ? verifierRefusal(call, code, args) : userVerifierRefusal(call, code, args);
  if (refusal) return refusal;
  code.isUsed = true;
  const installed = installByCode(call, code);
  if (typeof installed === 'string')
    return refuse(version === 'v2_user' && installed === 'no_scopes' ? 'no_user_scopes' : installed);
  return version === 'v2' ? v2Answer(call.world, installed) : userAccessAnswer(installed);
}

function exchangeRefreshToken(call: CallContext, args: AccessArguments): Answer {
  const app = callingApp(call, args);
  if (isRefusal(app)) return app;
  const refreshToken = call.world.refreshTokens.get(args.refresh_token ?? '');
  if (!refreshToken || refreshToken.holder.owner.app !== app) return refuse('invalid_refresh_token');
  const token = renewToken(call.world, refreshToken);
  return token ? refreshedAnswer(token) : refuse('invalid_refresh_token');
}

/** With its secret; apps with PKCE prove themselves by the verifier or the refresh token instead. */
export function callingApp(
  call: CallContext,
  args: Pick<AccessArguments, 'client_id' | 'client_secret'>,
): App | Refusal {
  const app = namedClient(call, args.client_id);
  if (app?.isPkceOn && !hasSecret(call, args.client_secret)) return app;
  return clientOf(call, args.client_id, args.client_secret);
}

/** oauth.v2.user.access documents no codes for verifiers: one that is wrong makes the code a wrong one. */
function userVerifierRefusal(call: CallContext, code: IssuedCode, args: AccessArguments): Refusal | undefined {
  const refusal = code.app.isPkceOn ? verifierRefusal(call, code, args) : undefined;
  return refusal?.error === 'invalid_code_verifier' ? refuse('invalid_code') : refusal;
}

/** Why PKCE does not let the code be exchanged, or nothing. */
export function verifierRefusal(
  call: CallContext,
  code: IssuedCode,
  args: Pick<AccessArguments, 'client_secret' | 'code_verifier'>,
): Refusal | undefined {
  const { code_verifier: verifier } = args;
  if (!code.app.isPkceOn) return verifier === undefined ? undefined : refuse('pkce_not_allowed');
  if (code.codeChallenge === undefined) {
    // Without a challenge nothing but the secret tells who calls.
    return hasSecret(call, args.client_secret) ? undefined : refuse('bad_client_secret');
  }
  return verifier !== undefined && challengeOf(verifier) === code.codeChallenge
    ? undefined
    : refuse('invalid_code_verifier');
}
