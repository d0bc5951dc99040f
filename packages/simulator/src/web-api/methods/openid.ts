/** openid.connect.*: Sign in with Slack, after /openid/connect/authorize. */
import { idToken, userClaims } from '../../oauth/id-token.ts';
import { renewToken } from '../../oauth/installer.ts';
import type { IssuedCode } from '../../oauth/oauth-codes.ts';
import { type Answer, isRefusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, text } from '../../wire/arguments.ts';
import type { Team, Token } from '../../workspace/model.ts';
import { signIn } from '../../workspace/sign-in.ts';
import { currentRefreshToken, ROTATING_TOKEN_MS } from '../../workspace/tokens.ts';
import { type CallContext, openMethod, teamMethod, type WebApiMethod } from '../method.ts';
import { accessTeamOf, callingApp, verifierRefusal } from './oauth-v2.ts';

const tokenArguments = {
  client_id: text.optional(),
  client_secret: text.optional(),
  code: text.optional(),
  redirect_uri: text.optional(),
  grant_type: text.optional(),
  refresh_token: text.optional(),
  code_verifier: text.optional(),
};
type TokenArguments = ArgumentsOf<typeof tokenArguments>;

export const openIdMethods: readonly WebApiMethod[] = [
  openMethod({
    name: 'openid.connect.token',
    tier: 4,
    args: tokenArguments,
    teamOf: accessTeamOf,
    run(call, args) {
      switch (args.grant_type ?? 'authorization_code') {
        case 'authorization_code':
          return exchangeCode(call, args);
        case 'refresh_token':
          return exchangeRefreshToken(call, args);
        default:
          return refuse('invalid_grant_type');
      }
    },
  }),
  teamMethod({
    name: 'openid.connect.userInfo',
    tier: 3,
    tokens: ['user'],
    scopes: ['openid'],
    args: {},
    run({ team, token }) {
      const user = team.users.get(token.userId);
      return user ? { ok: true, ...userClaims(team, user, token.scopes) } : refuse('invalid_auth');
    },
  }),
];

function exchangeCode(call: CallContext, args: TokenArguments): Answer {
  const app = callingApp(call, args);
  if (isRefusal(app)) return app;
  const code = call.services.codes.find(args.code ?? '');
  if (!code || code.app !== app || code.isUsed) return refuse('invalid_code');
  if (code.version !== 'openid') return refuse('oauth_authorization_url_mismatch');
  if (code.redirectUri !== args.redirect_uri) return refuse('bad_redirect_uri');
  const refusal = verifierRefusal(call, code, args);
  // This method has the words of OpenID Connect for it.
  if (refusal) return refusal.error === 'bad_client_secret' ? refusal : refuse('invalid_grant');
  if (!code.team) return refuse('invalid_code');
  code.isUsed = true;
  return signedIn(call, code, code.team);
}

function signedIn({ world }: CallContext, code: IssuedCode, team: Team): Answer {
  const { app, userId, userScopes: scopes = [], nonce } = code;
  return tokenAnswer(world, signIn(world, { app, team, userId, scopes }), nonce);
}

function exchangeRefreshToken(call: CallContext, args: TokenArguments): Answer {
  const app = callingApp(call, args);
  if (isRefusal(app)) return app;
  const refreshToken = call.world.refreshTokens.get(args.refresh_token ?? '');
  const isOwn = refreshToken?.holder.owner.app === app && refreshToken.kind === 'user';
  const token = isOwn ? renewToken(call.world, refreshToken) : undefined;
  return token ? tokenAnswer(call.world, token, undefined) : refuse('invalid_refresh_token');
}

function tokenAnswer({ clock }: CallContext['world'], token: Token, nonce: string | undefined): Answer {
  const { team, holder, expiresAtMs } = token;
  const user = team?.users.get(token.userId);
  return {
    ok: true,
    access_token: token.value,
    token_type: 'Bearer',
    ...(team && user && { id_token: idToken({ team, user, token }, { nowMs: clock.now(), nonce }) }),
    ...(expiresAtMs !== undefined &&
      holder && {
        expires_in: ROTATING_TOKEN_MS / 1000,
        refresh_token: currentRefreshToken(holder, token)?.value,
      }),
  };
}
