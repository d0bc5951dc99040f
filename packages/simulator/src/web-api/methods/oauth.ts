/** oauth.access: the exchange of a code for tokens, in the first version, which classic apps use. */
import type { IssuedCode } from '../../oauth/oauth-codes.ts';
import { type Answer, isRefusal, refuse } from '../../wire/answer.ts';
import { flag, text } from '../../wire/arguments.ts';
import { installApp } from '../../workspace/installations.ts';
import type { Team } from '../../workspace/model.ts';
import { type CallContext, openMethod, type WebApiMethod } from '../method.ts';
import { clientOf, hasEmptyCode } from '../oauth-client.ts';

const oauthArguments = {
  client_id: text.optional(),
  client_secret: text.optional(),
  code: text.optional(),
  redirect_uri: text.optional(),
  single_channel: flag.optional(),
};

export const oauthMethods: readonly WebApiMethod[] = [
  openMethod({
    name: 'oauth.access',
    tier: 4,
    args: oauthArguments,
    teamOf: ({ services, raw }) => (typeof raw.code === 'string' ? services.codes.find(raw.code)?.team : undefined),
    run(call, args) {
      if (hasEmptyCode(call)) return refuse('invalid_code');
      const app = clientOf(call, args.client_id, args.client_secret);
      if (isRefusal(app)) return app;
      const code = call.services.codes.find(args.code ?? '');
      if (!code || code.app !== app) return refuse('invalid_code');
      if (code.isUsed) return refuse('code_already_used');
      if (code.version !== 'v1') return refuse('oauth_authorization_url_mismatch');
      if (code.redirectUri !== args.redirect_uri) return refuse('bad_redirect_uri');
      code.isUsed = true;
      return code.team ? exchange(call, code, code.team) : refuse('invalid_code');
    },
  }),
];

function exchange({ world, services }: CallContext, { app, userId, scopes }: IssuedCode, team: Team): Answer {
  const forceNewToken = services.faults.match('new_token', { team: team.id, app: app.id }) !== undefined;
  const installation = installApp(world, { app, team, installerId: userId, scopes, forceNewToken });
  const { botToken, userTokens } = installation;
  return {
    ok: true,
    access_token: userTokens.get(userId)?.value,
    scope: ['identify', ...scopes].join(','),
    user_id: userId,
    team_name: team.name,
    team_id: team.id,
    enterprise_id: team.enterprise?.id ?? null,
    ...(scopes.includes('bot') && {
      bot: { bot_user_id: installation.botUserId, bot_access_token: botToken?.value },
    }),
  };
}
