/** openid.connect.*: Sign in with Slack, after /openid/connect/authorize. */
import { idToken, userClaims } from '../../oauth/id-token.ts';
import type { IssuedCode } from '../../oauth/oauth-codes.ts';
import { type Answer, isRefusal, refuse } from '../../wire/answer.ts';
import type { Team, Token } from '../../workspace/model.ts';
import { signIn } from '../../workspace/sign-in.ts';
import { currentRefreshToken, ROTATING_TOKEN_MS } from '../../workspace/tokens.ts';
import {
  byGrantType,
  type ExchangeArguments,
  exchangeArguments,
  exchangeTeamOf,
  issuedCode,
  renewedToken,
  verifierRefusal,
} from '../code-exchange.ts';
import { type CallContext, openMethod, teamMethod, type WebApiMethod } from '../method.ts';

export const openIdMethods: readonly WebApiMethod[] = [
  openMethod({
    name: 'openid.connect.token',
    tier: 4,
    args: exchangeArguments,
    teamOf: exchangeTeamOf,
    run: (call, args) =>
      byGrantType(args, {
        code: () => exchangeCode(call, args),
        refreshToken: () => {
          const token = renewedToken(call, args, 'user');
          return isRefusal(token) ? token : tokenAnswer(call.world, token, undefined);
        },
      }),
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

function exchangeCode(call: CallContext, args: ExchangeArguments): Answer {
  const code = issuedCode(call, args, 'openid');
  if (isRefusal(code)) return code;
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
