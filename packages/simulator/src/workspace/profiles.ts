/** What people say about themselves: their names, their profile and their status, which may end by itself. */
import { createHash } from 'node:crypto';
import type { Timer } from '../clock/clock.ts';
import type { Profile, Team, User } from './model.ts';
import type { World } from './world.ts';

/** What may be changed about somebody; what is absent stays. */
export interface UserChange {
  name?: string | undefined;
  realName?: string | undefined;
  email?: string | undefined;
  isAdmin?: boolean | undefined;
  isDeleted?: boolean | undefined;
  profile?: Partial<Profile> | undefined;
}

/** A status without an emoji of its own gets this one, as on Slack. */
const DEFAULT_STATUS_EMOJI = ':speech_balloon:';

/** As many as `avatar_hash` has in Slack's samples. */
const HASH_DIGITS = 12;

const statusParts = ['statusText', 'statusEmoji', 'statusExpiration'] as const;

/** One running timer per person at most, so that setting a status for ever costs nothing. */
const statusTimers = new WeakMap<User, Timer>();

/** A profile that says nothing yet. */
export function newProfile(displayName: string): Profile {
  return {
    displayName,
    title: '',
    phone: '',
    skype: '',
    pronouns: '',
    startDate: '',
    statusText: '',
    statusEmoji: '',
    statusExpiration: 0,
    fields: {},
    pictureHash: undefined,
  };
}

/** Changes somebody and tells who watches. */
export function changeUser(world: World, team: Team, user: User, change: UserChange): void {
  const { profile, ...facts } = change;
  const before = user.profile;
  const isNamed = [facts.name, facts.realName, facts.email].some((fact) => fact !== undefined);
  for (const [name, value] of Object.entries(facts)) if (value !== undefined) Object.assign(user, { [name]: value });
  if (profile) {
    user.profile = withStatus({ ...user.profile, ...profile });
    endStatusInTime(world, team, user);
  }
  user.updatedAtMs = world.clock.now();
  const isStatusChanged = statusParts.some((part) => before[part] !== user.profile[part]);
  const isProfileChanged = isNamed || profile !== undefined;
  world.events.emit({ type: 'user_changed', team, user, isProfileChanged, isStatusChanged });
}

/** What tells one picture from another. */
export function hashOfPicture(content: Uint8Array): string {
  return createHash('sha1').update(content).digest('hex').slice(0, HASH_DIGITS);
}

/** Gives somebody a picture of their own; undefined: Slack's again. */
export function setPicture(world: World, team: Team, user: User, pictureHash: string | undefined): void {
  if (pictureHash !== user.profile.pictureHash) changeUser(world, team, user, { profile: { pictureHash } });
}

/** A status is text and emoji together; without both there is nothing that could end. */
function withStatus(profile: Profile): Profile {
  const { statusText, statusEmoji } = profile;
  if (statusText === '' && statusEmoji === '') return { ...profile, statusExpiration: 0 };
  return statusEmoji === '' ? { ...profile, statusEmoji: DEFAULT_STATUS_EMOJI } : profile;
}

function endStatusInTime(world: World, team: Team, user: User): void {
  statusTimers.get(user)?.cancel();
  statusTimers.delete(user);
  const { statusExpiration } = user.profile;
  if (statusExpiration === 0) return;
  const clear = () => changeUser(world, team, user, { profile: { statusText: '', statusEmoji: '' } });
  statusTimers.set(user, world.clock.after(Math.max(0, statusExpiration * 1000 - world.clock.now()), clear));
}
