/**
 * What the methods have in common that make tokens of codes and of refresh tokens: oauth.v2.access, oauth.v2.user.access and
 * openid.connect.token. Who calls, with what, and why it is refused; what the tokens look like is theirs.
 */
import { renewToken } from '../oauth/installer.ts';
import type { IssuedCode } from '../oauth/oauth-codes.ts';
import { challengeOf } from '../oauth/pkce.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../wire/answer.ts';
import { type ArgumentsOf, text } from '../wire/arguments.ts';
import type { App, Team, Token } from '../workspace/model.ts';
import type { CallContext } from './method.ts';
import { clientOf, hasSecret, namedClient } from './oauth-client.ts';

export const exchangeArguments = {
  client_id: text.optional(),
  client_secret: text.optional(),
  code: text.optional(),
  redirect_uri: text.optional(),
  grant_type: text.optional(),
  refresh_token: text.optional(),
  code_verifier: text.optional(),
};
export type ExchangeArguments = ArgumentsOf<typeof exchangeArguments>;

/** The team that the call concerns, for faults and the log. */
export function exchangeTeamOf({ services, world, raw }: CallContext): Team | undefined {
  if (typeof raw.code === 'string') return services.codes.find(raw.code)?.team;
  return typeof raw.refresh_token === 'string'
    ? world.refreshTokens.get(raw.refresh_token)?.holder.owner.team
    : undefined;
}

/** Answers as the grant type wants it; without one it is a code. */
export function byGrantType(
  { grant_type: grantType = 'authorization_code' }: ExchangeArguments,
  { code, refreshToken }: { code: () => Answer; refreshToken: () => Answer },
): Answer {
  if (grantType === 'authorization_code') return code();
  return grantType === 'refresh_token' ? refreshToken() : refuse('invalid_grant_type');
}

/** The code of the app that calls, not used up yet; whoever takes it marks it as used. */
export function issuedCode(
  call: CallContext,
  args: ExchangeArguments,
  version: IssuedCode['version'],
): IssuedCode | Refusal {
  const app = callingApp(call, args);
  if (isRefusal(app)) return app;
  const code = call.services.codes.find(args.code ?? '');
  if (!code || code.app !== app || code.isUsed) return refuse('invalid_code');
  if (code.version !== version) return refuse('oauth_authorization_url_mismatch');
  return code.redirectUri === args.redirect_uri ? code : refuse('bad_redirect_uri');
}

/** The next token for a refresh token of the app that calls; `kind`: only for one of that kind. */
export function renewedToken(call: CallContext, args: ExchangeArguments, kind?: Token['kind']): Token | Refusal {
  const app = callingApp(call, args);
  if (isRefusal(app)) return app;
  const refreshToken = call.world.refreshTokens.get(args.refresh_token ?? '');
  const isOwn = refreshToken?.holder.owner.app === app && (kind === undefined || refreshToken.kind === kind);
  const token = isOwn ? renewToken(call.world, refreshToken) : undefined;
  return token ?? refuse('invalid_refresh_token');
}

/** Why PKCE does not let the code be exchanged, or nothing. */
export function verifierRefusal(
  call: CallContext,
  code: IssuedCode,
  args: Pick<ExchangeArguments, 'client_secret' | 'code_verifier'>,
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

/** With its secret; apps with PKCE prove themselves by the verifier or the refresh token instead. */
function callingApp(call: CallContext, args: Pick<ExchangeArguments, 'client_id' | 'client_secret'>): App | Refusal {
  const app = namedClient(call, args.client_id);
  if (app?.isPkceOn && !hasSecret(call, args.client_secret)) return app;
  return clientOf(call, args.client_id, args.client_secret);
}
