/** oauth.v2.access, oauth.v2.user.access and oauth.v2.exchange: codes, refresh tokens and old tokens become tokens. */
import { exchangeLongLivedToken, installByCode } from '../../oauth/installer.ts';
import type { IssuedCode } from '../../oauth/oauth-codes.ts';
import { refreshedAnswer, userAccessAnswer, v2Answer } from '../../oauth/v2-answer.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { text } from '../../wire/arguments.ts';
import {
  byGrantType,
  type ExchangeArguments,
  exchangeArguments,
  exchangeTeamOf,
  issuedCode,
  renewedToken,
  verifierRefusal,
} from '../code-exchange.ts';
import { type CallContext, openMethod, tokenMethod, type WebApiMethod } from '../method.ts';
import { clientOf, hasEmptyCode } from '../oauth-client.ts';

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
    args: { ...exchangeArguments, assertion: text.optional() },
    teamOf: exchangeTeamOf,
    run: (call, args) =>
      byGrantType(args, {
        code: () => exchangeCode(call, version, args),
        refreshToken: () => {
          const token = renewedToken(call, args);
          return isRefusal(token) ? token : refreshedAnswer(token);
        },
      }),
  });
}

function exchangeCode(call: CallContext, version: 'v2' | 'v2_user', args: ExchangeArguments): Answer {
  if (version === 'v2' && hasEmptyCode(call)) return refuse('invalid_code');
  const code = issuedCode(call, args, version);
  if (isRefusal(code)) return code;
  const refusal = version === 'v2' ? verifierRefusal(call, code, args) : userVerifierRefusal(call, code, args);
  if (refusal) return refusal;
  code.isUsed = true;
  const installed = installByCode(call, code);
  if (typeof installed === 'string')
    return refuse(version === 'v2_user' && installed === 'no_scopes' ? 'no_user_scopes' : installed);
  return version === 'v2' ? v2Answer(call.world, installed) : userAccessAnswer(installed);
}

/** oauth.v2.user.access documents no codes for verifiers: one that is wrong makes the code a wrong one. */
function userVerifierRefusal(call: CallContext, code: IssuedCode, args: ExchangeArguments): Refusal | undefined {
  const refusal = code.app.isPkceOn ? verifierRefusal(call, code, args) : undefined;
  return refusal?.error === 'invalid_code_verifier' ? refuse('invalid_code') : refusal;
}
