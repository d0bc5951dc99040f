/** users.profile.*: what people say about themselves, and their status; users.setPhoto and users.deletePhoto. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, fileContent, flag, integer, jsonObject, text } from '../../wire/arguments.ts';
import type { User } from '../../workspace/model.ts';
import { pictureSize } from '../../workspace/picture-size.ts';
import { changeUser, hashOfPicture, setPicture } from '../../workspace/profiles.ts';
import { ownPicture, profileShape } from '../../workspace/slack-shapes.ts';
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

/** The page asks for at most so many pixels on a side, and knows `too_large`; that the one means the other is a guess. */
const MAX_PICTURE_SIDE = 1024;
/** Only people have a picture of their own; that of a bot belongs to its app. */
const mine = { tier: 2, tokens: ['user'], scopes: ['users.profile:write'] } as const;

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
  teamMethod({
    name: 'users.setPhoto',
    ...mine,
    args: {
      image: fileContent.optional({ invalid: 'bad_image' }),
      crop_w: integer.lenient(),
      crop_x: integer.lenient(),
      crop_y: integer.lenient(),
    },
    run: setPhoto,
  }),
  teamMethod({
    name: 'users.deletePhoto',
    ...mine,
    args: {},
    run({ world, team, token }) {
      const user = team.users.get(token.userId);
      if (!user) return refuse('internal_error');
      setPicture(world, team, user, undefined);
      return { ok: true };
    },
  }),
];

/** The picture itself is kept nowhere, as no address of a profile leads here: what is seen is its hash. */
function setPhoto({ world, team, token }: TeamCall, { image }: { image: Uint8Array | undefined }): Answer {
  const user = team.users.get(token.userId);
  if (!user) return refuse('internal_error');
  const size = image && pictureSize(image);
  if (!image || !size) return refuse('bad_image');
  if (Math.max(size.width, size.height) > MAX_PICTURE_SIDE) return refuse('too_large');
  const hash = hashOfPicture(image);
  setPicture(world, team, user, hash);
  return { ok: true, profile: { avatar_hash: hash, ...ownPicture(hash) } };
}

function setProfile(call: TeamCall, args: ArgumentsOf<typeof setArguments>): Answer {
  const { world, team } = call;
  const user = changedUser(call, args.user);
  if (isRefusal(user)) return user;
  const wanted = args.profile ?? (args.name === undefined ? undefined : { [args.name]: args.value ?? '' });
  if (!wanted) return refuse('invalid_profile');
  const change = profileChange({ team, user }, wanted);
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
