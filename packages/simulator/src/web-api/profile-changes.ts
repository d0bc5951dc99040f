/** Reads the `profile` of users.profile.set: Slack's names to ours, with its limits. */

import { isRefusal, type Refusal, refuse } from '../wire/answer.ts';
import { emojiName } from '../workspace/emoji.ts';
import type { Profile, Team, User } from '../workspace/model.ts';
import type { UserChange } from '../workspace/profiles.ts';

type TextField = Exclude<keyof Profile, 'statusExpiration' | 'fields' | 'pictureHash'>;

/** Plain texts, and how long each may be. */
const texts = new Map<string, { name: TextField; longest: number }>([
  ['display_name', { name: 'displayName', longest: 80 }],
  ['title', { name: 'title', longest: 255 }],
  ['phone', { name: 'phone', longest: 255 }],
  ['skype', { name: 'skype', longest: 255 }],
  ['pronouns', { name: 'pronouns', longest: 255 }],
  ['start_date', { name: 'startDate', longest: 10 }],
  ['status_text', { name: 'statusText', longest: 100 }],
  ['status_emoji', { name: 'statusEmoji', longest: 255 }],
]);
const MAX_NAME_LENGTH = 50;
const MAX_EMAIL_LENGTH = 255;
/** (https://docs.slack.dev/reference/methods/users.profile.set) */
const MAX_FIELDS = 50;
/** Names by which everybody or Slack itself is addressed. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['slackbot', 'everyone', 'channel', 'here', 'group']);

/** What the caller wants changed, or Slack's refusal of it. Unknown names are ignored, as on Slack. */
export function profileChange(
  { team, user }: { team: Team; user: User },
  wanted: Readonly<Record<string, unknown>>,
): UserChange | Refusal {
  const profile = textsOf(wanted);
  if (isRefusal(profile)) return profile;
  if (profile.displayName?.startsWith('@')) return refuse('invalid_starts_with_at');
  if (RESERVED_NAMES.has(profile.displayName?.toLowerCase() ?? '')) return refuse('reserved_name');
  const { statusText, statusEmoji = user.profile.statusEmoji } = profile;
  const refusal = emojiRefusal(team, profile.statusEmoji);
  if (refusal) return refusal;
  if (statusText === '' && statusEmoji !== '') return refuse('must_clear_both_status_text_and_status_emoji');
  const names = namesOf(user, wanted);
  if (isRefusal(names)) return names;
  const rest = expirationAndFields(user, wanted);
  return isRefusal(rest) ? rest : { ...names, profile: { ...profile, ...rest } };
}

/** Codes that no page has, and that Slack answers. (kuy/slack-loc#4, raycast/extensions#1566) */
function emojiRefusal(team: Team, statusEmoji = ''): Refusal | undefined {
  if (statusEmoji === '') return undefined;
  if (!/^:[^:\s]+:(:skin-tone-\d:)?$/.test(statusEmoji)) return refuse('profile_status_set_failed_not_emoji_syntax');
  return emojiName(team, statusEmoji) === undefined ? refuse('profile_status_set_failed_not_valid_emoji') : undefined;
}

function textsOf(wanted: Readonly<Record<string, unknown>>): Partial<Record<TextField, string>> | Refusal {
  const profile: Partial<Record<TextField, string>> = {};
  for (const [key, { name, longest }] of texts) {
    const value = wanted[key];
    if (value === undefined) continue;
    if (typeof value !== 'string') return refuse('invalid_profile');
    if (value.length > longest) return refuse('too_long', { limit: longest, field: key });
    profile[name] = value;
  }
  return profile;
}

/** The name is kept as one; first and last name are its parts. */
function namesOf(user: User, wanted: Readonly<Record<string, unknown>>): UserChange | Refusal {
  const [oldFirst = '', ...oldLast] = user.realName.split(' ');
  const { first_name: first = oldFirst, last_name: last = oldLast.join(' '), real_name: real, email } = wanted;
  if (typeof first !== 'string' || typeof last !== 'string') return refuse('invalid_profile');
  const realName = real ?? `${first} ${last}`.trim();
  if (typeof realName !== 'string' || realName === '' || email === '') return refuse('invalid_profile');
  if (email !== undefined && typeof email !== 'string') return refuse('invalid_profile');
  if (realName.length > MAX_NAME_LENGTH || (email?.length ?? 0) > MAX_EMAIL_LENGTH) return refuse('too_long');
  return { realName, email };
}

function expirationAndFields(user: User, wanted: Readonly<Record<string, unknown>>): Partial<Profile> | Refusal {
  const { status_expiration: expiration, fields } = wanted;
  const seconds = expiration === undefined ? user.profile.statusExpiration : Number(expiration);
  if (!Number.isSafeInteger(seconds) || seconds < 0) return refuse('invalid_profile');
  // A new status without a word about its end stays.
  const isNewStatus = wanted.status_text !== undefined || wanted.status_emoji !== undefined;
  const statusExpiration = expiration === undefined && isNewStatus ? 0 : seconds;
  if (fields === undefined) return { statusExpiration };
  if (typeof fields !== 'object' || fields === null) return refuse('invalid_profile');
  const merged = { ...user.profile.fields };
  for (const [id, field] of Object.entries(fields)) {
    if (typeof field !== 'object' || field === null || !('value' in field) || typeof field.value !== 'string') {
      return refuse('invalid_profile');
    }
    const alt = 'alt' in field && typeof field.alt === 'string' ? field.alt : '';
    merged[id] = { value: field.value, alt };
  }
  return Object.keys(merged).length > MAX_FIELDS ? refuse('profile_set_failed') : { statusExpiration, fields: merged };
}
