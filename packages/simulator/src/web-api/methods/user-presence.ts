/** users.getPresence, setPresence and setActive: who is there. (https://docs.slack.dev/apis/web-api/user-presence-and-status) */

import { refuse } from '../../wire/answer.ts';
import { text } from '../../wire/arguments.ts';
import { setManuallyAway, setOnline } from '../../workspace/people.ts';
import { seconds } from '../../workspace/slack-shapes.ts';
import { userOrSlackbot } from '../../workspace/slackbot.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';

export const userPresenceMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'users.getPresence',
    tier: 3,
    scopes: ['users:read'],
    args: { user: text.optional() },
    run({ team, token, world }, { user: userId = token.userId }) {
      const user = userOrSlackbot(team, userId);
      // Not in the documentation's list for this method, but what Slack answers.
      if (!user) return refuse('user_not_found');
      if (user.id !== token.userId) return { ok: true, presence: user.presence };
      return {
        ok: true,
        presence: user.presence,
        online: user.isOnline,
        auto_away: !user.isOnline && !user.isManuallyAway,
        manual_away: user.isManuallyAway,
        connection_count: user.isOnline ? 1 : 0,
        ...(user.isOnline && { last_activity: seconds(world.clock.now()) }),
      };
    },
  }),
  teamMethod({
    name: 'users.setPresence',
    tier: 2,
    scopes: ['users:write'],
    args: { presence: text.required({ invalid: 'invalid_presence' }) },
    run({ world, team, token }, { presence }) {
      if (presence !== 'auto' && presence !== 'away') return refuse('invalid_presence');
      const user = team.users.get(token.userId);
      if (user) setManuallyAway(world, team, user, presence === 'away');
      return { ok: true };
    },
  }),
  teamMethod({
    name: 'users.setActive',
    tier: 2,
    scopes: ['users:write'],
    args: {},
    run({ world, team, token }) {
      const user = team.users.get(token.userId);
      // A bot is active while it is connected, whatever it says.
      if (user?.botId === undefined && user) setOnline(world, team, user, true);
      return { ok: true };
    },
  }),
];
