/** auth.* and apps.uninstall: who a token is, and how it ends. */
import { uninstallApp } from '../../workspace/installations.ts';
import { teamUrl } from '../../workspace/slack-shapes.ts';
import { revokeToken } from '../../workspace/tokens.ts';
import { refuse } from '../answer.ts';
import { flag, text } from '../arguments.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';

export const authMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'auth.test',
    tier: 'special',
    args: {},
    run({ token, team, app, world }) {
      return {
        ok: true,
        url: teamUrl(team),
        team: team.name,
        user: team.users.get(token.userId)?.name ?? null,
        team_id: team.id,
        user_id: token.userId,
        ...(token.botId !== undefined && { bot_id: token.botId }),
        ...(team.enterprise && { enterprise_id: team.enterprise.id }),
        is_enterprise_install: false,
        app_id: app.id,
        app_name: app.name,
        ...(token.expiresAtMs !== undefined && {
          expires_in: Math.floor((token.expiresAtMs - world.clock.now()) / 1000),
        }),
      };
    },
  }),
  teamMethod({
    name: 'auth.revoke',
    tier: 3,
    args: { test: flag.optional() },
    run({ token, team, app, world }, { test = false }) {
      if (test) return { ok: true, revoked: false };
      // Of an app without token rotation the whole installation goes. (https://docs.slack.dev/authentication/using-token-rotation)
      if (token.kind === 'bot') uninstallApp(world, app, team);
      else revokeToken(token);
      return { ok: true, revoked: true };
    },
  }),
  teamMethod({
    name: 'apps.uninstall',
    tier: 1,
    args: { client_id: text.optional(), client_secret: text.optional() },
    run({ world, app, team, basic }, args) {
      const clientId = args.client_id ?? basic?.user;
      const named = clientId === undefined ? undefined : world.findAppByClientId(clientId);
      if (!named) return refuse('invalid_client_id');
      if (named.clientSecret !== (args.client_secret ?? basic?.password)) return refuse('bad_client_secret');
      if (named !== app) return refuse('client_id_token_mismatch');
      uninstallApp(world, app, team);
      return { ok: true };
    },
  }),
];
