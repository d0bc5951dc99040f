/** users.* and bots.*: the people and bots of a workspace. */
import { botShape, seconds, userShape } from '../../workspace/slack-shapes.ts';
import { isRefusal, refuse } from '../answer.ts';
import { flag, integer, text } from '../arguments.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

export const userMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'users.info',
    tier: 4,
    scopes: ['users:read'],
    args: {
      user: text.required({ missing: 'user_not_found', invalid: 'user_not_found' }),
      include_locale: flag.optional(),
    },
    run({ team }, args) {
      const user = team.users.get(args.user);
      if (!user) return refuse('user_not_found');
      return { ok: true, user: { ...userShape(team, user), ...(args.include_locale && { locale: 'en-US' }) } };
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
    run({ team, world }, { cursor, limit, include_locale: hasLocale }) {
      const users = [...team.users.values()];
      const page = paginate(users, (user) => user.id, { cursor, limit, defaultLimit: users.length });
      if (isRefusal(page)) return page;
      return {
        ok: true,
        members: page.items.map((user) => ({ ...userShape(team, user), ...(hasLocale && { locale: 'en-US' }) })),
        cache_ts: seconds(world.clock.now()),
        response_metadata: { next_cursor: page.nextCursor },
      };
    },
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
