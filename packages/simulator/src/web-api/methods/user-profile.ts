/** users.profile.*: what people say about themselves, and their status. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, jsonObject, text } from '../../wire/arguments.ts';
import type { User } from '../../workspace/model.ts';
import { changeUser } from '../../workspace/profiles.ts';
import { profileShape } from '../../workspace/slack-shapes.ts';
import { userOrSlackbot } from '../../workspace/slackbot.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { profileChange } from '../profile-changes.ts';
import { visibleProfile } from '../visible-users.ts';

const setArguments = {
  profile: jsonObject.optional({ invalid: 'invalid_profile' }),
  name: text.optional(),
  value: text.optional(),
  user: text.optional(),
};

export const userProfileMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'users.profile.get',
    tier: 4,
    scopes: ['users.profile:read'],
    args: { user: text.optional(), include_labels: flag.optional() },
    run(call, { user: userId = call.token.userId }) {
      const user = userOrSlackbot(call.team, userId);
      return user ? { ok: true, profile: visibleProfile(call, user) } : refuse('user_not_found');
    },
  }),
  teamMethod({
    name: 'users.profile.set',
    tier: 3,
    // Bots have a profile and cannot change it. (https://docs.slack.dev/reference/methods/users.profile.set)
    tokens: ['user'],
    scopes: ['users.profile:write'],
    args: setArguments,
    run: setProfile,
  }),
];

function setProfile(call: TeamCall, args: ArgumentsOf<typeof setArguments>): Answer {
  const { world, team } = call;
  const user = changedUser(call, args.user);
  if (isRefusal(user)) return user;
  const wanted = args.profile ?? (args.name === undefined ? undefined : { [args.name]: args.value ?? '' });
  if (!wanted) return refuse('invalid_profile');
  const change = profileChange(user, wanted);
  if (isRefusal(change)) return change;
  if (change.email !== undefined && isTaken(call, user, change.email)) return refuse('email_taken');
  changeUser(world, team, user, change);
  return { ok: true, username: user.name, profile: profileShape(team, user) };
}

/** Oneself, or as an administrator somebody who is none. */
function changedUser({ team, token }: TeamCall, userId = token.userId): User | Refusal {
  const user = team.users.get(userId);
  if (!user || user.isDeleted || user.botId !== undefined) return refuse('profile_set_failed');
  if (user.id === token.userId) return user;
  if (team.users.get(token.userId)?.isAdmin !== true) return refuse('not_admin');
  return user.isAdmin ? refuse('cannot_update_admin_user') : user;
}

function isTaken({ team }: TeamCall, self: User, email: string): boolean {
  const wanted = email.toLowerCase();
  return [...team.users.values()].some((user) => user !== self && user.email.toLowerCase() === wanted);
}
