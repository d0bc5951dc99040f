/** auth.* and apps.uninstall: who a token is, where it works, and how it ends. */

import { isRefusal, refuse } from '../../wire/answer.ts';
import { flag, integer, text } from '../../wire/arguments.ts';
import { uninstallApp } from '../../workspace/installations.ts';
import type { Team } from '../../workspace/model.ts';
import { accessibleTeams, orgOf, uninstallFromOrg } from '../../workspace/org-installations.ts';
import { type Json, teamShape, teamUrl } from '../../workspace/slack-shapes.ts';
import { revokeToken } from '../../workspace/tokens.ts';
import { type TokenCall, tokenMethod, type WebApiMethod } from '../method.ts';
import { clientOf } from '../oauth-client.ts';
import { paginate } from '../pagination.ts';

export const authMethods: readonly WebApiMethod[] = [
  tokenMethod({
    name: 'auth.test',
    tier: 'special',
    args: {},
    run(call) {
      const { token, app, world } = call;
      return {
        ok: true,
        ...whereabouts(call),
        user_id: token.userId,
        ...(token.botId !== undefined && { bot_id: token.botId }),
        is_enterprise_install: token.enterprise !== undefined,
        app_id: app.id,
        app_name: app.name,
        ...(token.expiresAtMs !== undefined && {
          expires_in: Math.floor((token.expiresAtMs - world.clock.now()) / 1000),
        }),
      };
    },
  }),
  tokenMethod({
    name: 'auth.revoke',
    tier: 3,
    args: { test: flag.optional() },
    run(call, { test = false }) {
      if (test) return { ok: true, revoked: false };
      // Of an app without token rotation the whole installation goes. (https://docs.slack.dev/authentication/using-token-rotation)
      if (call.token.kind === 'bot' && call.token.expiresAtMs === undefined) uninstall(call);
      else revokeOne(call);
      return { ok: true, revoked: true };
    },
  }),
  tokenMethod({
    name: 'auth.teams.list',
    tier: 2,
    args: {
      cursor: text.optional({ invalid: 'invalid_cursor' }),
      limit: integer.optional({ invalid: 'invalid_limit' }),
      include_icon: flag.optional(),
    },
    run(call, { cursor, limit, include_icon: hasIcon }) {
      const page = paginate(teamsOf(call), ({ id }) => id, { cursor, limit, defaultLimit: 100 });
      if (isRefusal(page)) return page;
      return {
        ok: true,
        teams: page.items.map((team) => ({
          id: team.id,
          name: team.name,
          ...(hasIcon && { icon: teamShape(team).icon }),
        })),
        response_metadata: { next_cursor: page.nextCursor },
      };
    },
  }),
  tokenMethod({
    name: 'apps.uninstall',
    tier: 1,
    args: { client_id: text.optional(), client_secret: text.optional() },
    run(call, args) {
      const app = clientOf(call, args.client_id, args.client_secret);
      if (isRefusal(app)) return app;
      if (app !== call.app) return refuse('client_id_token_mismatch');
      uninstall(call);
      return { ok: true };
    },
  }),
];

/** The names of where a token works. An org-wide one shows its organization in place of a workspace. */
function whereabouts({ world, token }: TokenCall): Json {
  const { team, enterprise } = token;
  if (team) {
    return {
      url: teamUrl(team),
      team: team.name,
      user: team.users.get(token.userId)?.name ?? null,
      team_id: team.id,
      ...(team.enterprise && { enterprise_id: team.enterprise.id }),
    };
  }
  const known = [...world.teams.values()].find(({ users }) => users.has(token.userId));
  const domain = (enterprise?.name ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return {
    url: `https://${domain}.enterprise.slack.com/`,
    team: enterprise?.name ?? null,
    user: known?.users.get(token.userId)?.name ?? token.app.name,
    team_id: enterprise?.id ?? null,
    enterprise_id: enterprise?.id ?? null,
  };
}

function teamsOf({ world, token }: TokenCall): Team[] {
  if (token.team) return [token.team];
  const org = orgOf(token.holder);
  return org ? accessibleTeams(world, org).map(({ team }) => team) : [];
}

function uninstall({ world, app, token }: TokenCall): void {
  const org = orgOf(token.holder);
  if (org) uninstallFromOrg(world, org);
  else if (token.team) uninstallApp(world, app, token.team);
}

function revokeOne({ world, app, token }: TokenCall): void {
  revokeToken(token);
  // A rotated token is one of several: neither the person nor the bot has lost the app.
  if (token.team && token.expiresAtMs === undefined) {
    world.events.emit({ type: 'tokens_revoked', team: token.team, app, userIds: [token.userId], botUserIds: [] });
  }
}
