/** dnd.*: snoozing, and who does. Nobody has a schedule here. */
import { refuse } from '../../wire/answer.ts';
import { integer, text, words } from '../../wire/arguments.ts';
import { dndOf, dndShape, endSnooze, snooze, snoozeEnd, snoozeShape } from '../../workspace/dnd.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';

/** (https://docs.slack.dev/reference/methods/dnd.teamInfo) */
const MAX_USERS = 50;
/** A day; Slack documents `too_long` without a number (a guess). */
const MAX_SNOOZE_MINUTES = 1440;

/** Only people can be disturbed. */
const mine = { tier: 2, tokens: ['user'], scopes: ['dnd:write'] } as const;

export const dndMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'dnd.info',
    tier: 3,
    scopes: ['dnd:read'],
    args: { user: text.optional({ invalid: 'user_not_found' }), team_id: text.optional() },
    run({ team, token, world }, { user: userId = token.userId }) {
      const user = team.users.get(userId);
      if (!user) return refuse('user_not_found');
      const isSelf = userId === token.userId;
      return { ok: true, ...(isSelf ? snoozeShape(dndOf(user), world.clock.now()) : dndShape()) };
    },
  }),
  teamMethod({
    name: 'dnd.teamInfo',
    tier: 2,
    scopes: ['dnd:read'],
    args: { users: words.required({ empty: 'no_users_provided' }), team_id: text.optional() },
    run({ team }, args) {
      const known = args.users.filter((id) => team.users.has(id)).slice(0, MAX_USERS);
      return { ok: true, users: Object.fromEntries(known.map((id) => [id, dndShape()])), cached: true };
    },
  }),
  teamMethod({
    name: 'dnd.setSnooze',
    ...mine,
    args: { num_minutes: integer.required({ empty: 'missing_duration' }) },
    run({ world, team, token }, { num_minutes: minutes }) {
      const user = team.users.get(token.userId);
      if (!user || minutes <= 0) return refuse('snooze_failed');
      if (minutes > MAX_SNOOZE_MINUTES) return refuse('too_long');
      const dnd = snooze(world, team, user, minutes);
      return { ok: true, snooze_enabled: true, ...snoozeEnd(dnd, world.clock.now()) };
    },
  }),
  teamMethod({
    name: 'dnd.endSnooze',
    ...mine,
    args: {},
    run({ world, team, token }) {
      const user = team.users.get(token.userId);
      const isEnded = user !== undefined && endSnooze(world, team, user);
      return isEnded ? { ok: true, ...dndShape(), snooze_enabled: false } : refuse('snooze_end_failed');
    },
  }),
  teamMethod({
    name: 'dnd.endDnd',
    ...mine,
    args: {},
    run({ world, team, token }) {
      const user = team.users.get(token.userId);
      return user && endSnooze(world, team, user) ? { ok: true } : refuse('not_in_dnd');
    },
  }),
];
