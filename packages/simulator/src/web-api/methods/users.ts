/** users.* and bots.*: the people and bots of a workspace. */

import { type Answer, isRefusal, refuse } from '../../wire/answer.ts';
import { flag, integer, text } from '../../wire/arguments.ts';
import { botShape, profileShape, seconds, teamShape } from '../../workspace/slack-shapes.ts';
import { slackbotOf, userOrSlackbot } from '../../workspace/slackbot.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';
import { visibleUser } from '../visible-users.ts';

export const userMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'users.info',
    tier: 4,
    scopes: ['users:read'],
    args: {
      user: text.required({ invalid: 'user_not_found' }),
      include_locale: flag.optional(),
    },
    run(call, args) {
      const user = userOrSlackbot(call.team, args.user);
      if (!user) return refuse('user_not_found');
      return { ok: true, user: visibleUser(call, user, { hasLocale: args.include_locale }) };
    },
  }),
  teamMethod({
    name: 'users.list',
    tier: 2,
    scopes: ['users:read'],
    args: {
      cursor: text.optional({ invalid: 'invalid_cursor' }),
      limit: integer.optional(),
      include_locale: flag.optional(),
      team_id: text.optional(),
    },
    run(call, { cursor, limit, include_locale: hasLocale }) {
      const users = [slackbotOf(call.team), ...call.team.users.values()];
      const page = paginate(users, (user) => user.id, {
        cursor,
        limit,
        defaultLimit: users.length,
        onBadLimit: 'default',
      });
      if (isRefusal(page)) return page;
      return {
        ok: true,
        members: page.items.map((user) => visibleUser(call, user, { hasLocale })),
        cache_ts: seconds(call.world.clock.now()),
        response_metadata: { next_cursor: page.nextCursor },
      };
    },
  }),
  teamMethod({
    name: 'users.lookupByEmail',
    tier: 3,
    scopes: ['users:read.email'],
    args: { email: text.required({ invalid: 'users_not_found' }) },
    run(call, args) {
      const email = args.email.toLowerCase();
      const user = [...call.team.users.values()].find((one) => !one.isDeleted && one.email.toLowerCase() === email);
      return user ? { ok: true, user: visibleUser(call, user) } : refuse('users_not_found');
    },
  }),
  teamMethod({
    name: 'users.identity',
    tier: 3,
    tokens: ['user'],
    scopes: ['identity.basic'],
    args: {},
    run: identity,
  }),
  teamMethod({
    name: 'bots.info',
    tier: 3,
    scopes: ['users:read'],
    args: { bot: text.optional({ invalid: 'bot_not_found' }), team_id: text.optional() },
    run({ team }, args) {
      const bot = team.bots.get(args.bot ?? '');
      return bot ? { ok: true, bot: botShape(bot) } : refuse('bot_not_found');
    },
  }),
];

/** Sign in with Slack: each part needs a scope of its own. (https://docs.slack.dev/reference/methods/users.identity) */
function identity({ team, token, app }: TeamCall): Answer {
  const user = team.users.get(token.userId);
  if (!user) return refuse('invalid_user_id');
  const may = (scope: string) => app.kind === 'classic' || token.scopes.includes(scope);
  const imagesOf = (shape: object) => Object.entries(shape).filter(([name]) => name.startsWith('image_'));
  return {
    ok: true,
    user: {
      name: user.realName,
      id: user.id,
      ...(may('identity.email') && { email: user.email }),
      ...(may('identity.avatar') && Object.fromEntries(imagesOf(profileShape(team, user)))),
    },
    team: {
      id: team.id,
      ...(may('identity.team') && { name: team.name, domain: team.domain, icon: teamShape(team).icon }),
    },
  };
}
