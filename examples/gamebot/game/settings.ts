/** What captains can set, how it is written, and what is allowed. A team's defaults are the same, one level above. */
import { escapeText, UserError } from 'slack-bot-server/commands';
import { type Algorithm, algorithmNames } from '../ratings/algorithms.ts';
import type { RatingTuning } from '../ratings/rating.ts';

export interface Settings extends RatingTuning {
  /** How many a leaderboard shows; null: all. */
  max: number | null;
  /** Whether sides may differ in size. */
  unbalanced: boolean;
  /** Whether winners may report, too. */
  won: boolean;
  /** What somebody without a match shows as rating. */
  base: number;
  algorithm: Algorithm;
  /** Names to which the bot answers at the beginning of a line. */
  aliases: string[];
  /** After so long a challenge that nobody has accepted is over; null: never. In milliseconds. */
  expireMs: number | null;
  /** After so long an open challenge is brought to mind. */
  remindMs: number | null;
  /** Challenges of a day, of the board and of each player; null: as many as they like. */
  perDay: number | null;
  perUser: number | null;
  /** What is said behind a result. */
  details: (typeof DETAILS)[number];
  timezone: string;
}

const DETAILS = ['none', 'elo', 'leaderboard', 'all'] as const;

const HOUR_MS = 3_600_000;

export const settingsDefaults: Settings = {
  max: 10,
  unbalanced: false,
  won: true,
  base: 0,
  algorithm: 'adaptive',
  k: 32,
  decay: 0.94,
  aliases: ['gamebot', 'pongbot', 'pp'],
  expireMs: 8 * HOUR_MS,
  remindMs: 4 * HOUR_MS,
  perDay: null,
  perUser: null,
  details: 'elo',
  timezone: 'UTC',
};

/** How one setting is written. */
interface Field<T> {
  /** As it is called in `set`. */
  name: string;
  /** What can be set, for people. */
  allowed: string;
  /** Undefined for what is not allowed. */
  readonly read: (text: string) => T | undefined;
  readonly show: (value: T) => string;
}

type Fields = { readonly [Key in keyof Settings]: Field<Settings[Key]> };

const onOff = (name: string): Field<boolean> => ({
  name,
  allowed: '`on` or `off`',
  read: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
  show: (value) => (value ? 'on' : 'off'),
});

const oneOf = <T extends string>(name: string, words: readonly T[]): Field<T> => ({
  name,
  allowed: words.map((word) => `\`${word}\``).join(', '),
  read: (text) => words.find((word) => word === text),
  show: (value) => value,
});

const number = (name: string, min: number, max: number, { isWhole = true } = {}): Field<number> => ({
  name,
  allowed: `a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`,
  read: (text) => {
    const value = Number(text);
    const isNumber = /^-?\d+(\.\d+)?$/.test(text) && value >= min && value <= max;
    return isNumber && (!isWhole || Number.isInteger(value)) ? value : undefined;
  },
  show: String,
});

const orWord = <T>(field: Field<T>, word: string): Field<T | null> => ({
  name: field.name,
  allowed: `${field.allowed}, or \`${word}\``,
  read: (text) => (text === word ? null : field.read(text)),
  show: (value) => (value === null ? word : field.show(value)),
});

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS };
/** Less would be noise. */
const LEAST_MS = 15 * 60_000;

const duration = (name: string): Field<number> => ({
  name,
  allowed: 'a time of at least 15 minutes, like `30m`, `8h` or `2 days`',
  read: (text) => {
    const [, count = '', unit = ''] = /^(\d{1,4}) ?(m|h|d)(?:in(?:ute)?s?|ours?|ays?)?$/.exec(text) ?? [];
    const ms = Number(count) * (UNITS_MS[unit] ?? 0);
    return ms >= LEAST_MS ? ms : undefined;
  },
  show: shownDuration,
});

export function shownDuration(ms: number): string {
  const unit = ['d', 'h', 'm'].find((one) => ms % (UNITS_MS[one] ?? 1) === 0) ?? 'm';
  return `${Math.round(ms / (UNITS_MS[unit] ?? 1))}${unit}`;
}

const MOST_ALIASES = 10;

const aliases: Field<string[]> = {
  name: 'aliases',
  allowed: `up to ${MOST_ALIASES} words of at most 30 characters, or \`none\``,
  read: (text) => {
    const words = text === 'none' ? [] : text.split(/[\s,]+/).filter((word) => word !== '');
    return words.length <= MOST_ALIASES && words.every((word) => /^[^<>&@#`]{1,30}$/.test(word)) ? words : undefined;
  },
  show: (words) => (words.length === 0 ? 'none' : words.join(' ')),
};

const timezone: Field<string> = {
  name: 'timezone',
  allowed: 'a name like `Europe/Berlin` or `UTC`',
  read: (text) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    } catch {
      return undefined;
    }
  },
  show: (value) => value,
};

const fields: Fields = {
  max: orWord(number('leaderboard max', 1, 100), 'infinity'),
  unbalanced: onOff('unbalanced'),
  won: onOff('won'),
  base: number('elo base', -10_000, 10_000),
  algorithm: oneOf('elo algorithm', algorithmNames),
  k: number('elo k', 1, 400),
  decay: number('elo decay', 0.5, 1, { isWhole: false }),
  aliases,
  expireMs: orWord(duration('expire'), 'never'),
  remindMs: orWord(duration('remind'), 'never'),
  perDay: orWord(number('max challenges per day', 1, 1_000), 'infinity'),
  perUser: orWord(number('max challenges per user', 1, 1_000), 'infinity'),
  details: oneOf('details', DETAILS),
  timezone,
};

export type SettingKey = keyof Settings;

export const settingKeys = Object.keys(fields) as SettingKey[];

/** What was set, over the defaults of the team, over ours. */
export function settingsOf(...levels: readonly (Partial<Settings> | undefined)[]): Settings {
  return Object.assign({ ...settingsDefaults }, ...levels) as Settings;
}

export function nameOfSetting(key: SettingKey): string {
  return fields[key].name;
}

/** Finds the setting with which a text begins: `elo base 100`. */
export function settingIn(text: string): { key: SettingKey; rest: string } | undefined {
  const words = text.trim().replace(/\s+/g, ' ');
  const key = settingKeys.find((one) => `${words.toLowerCase()} `.startsWith(`${fields[one].name} `));
  return key && { key, rest: words.slice(fields[key].name.length).trim() };
}

/** @throws UserError for what is not allowed, with what is */
export function readSetting(key: SettingKey, text: string): Partial<Settings> {
  const { name, allowed, read } = fields[key];
  // Names of time zones have capitals; everything else is compared without case.
  const value = read(key === 'timezone' ? text : text.toLowerCase());
  if (value !== undefined) return { [key]: value };
  throw new UserError(`“${escapeText(text)}” does not work for ${name}: it takes ${allowed}.`);
}

/** @throws UserError for settings that do not go together */
export function requireConsistent({ expireMs, remindMs }: Settings): void {
  if (expireMs === null || remindMs === null || expireMs > remindMs) return;
  const [expire, remind] = [expireMs, remindMs].map(shownDuration);
  throw new UserError(`A challenge would expire after ${expire}, before anybody is reminded of it after ${remind}.`);
}

export function showSetting(key: SettingKey, settings: Settings): string {
  const { name, show } = fields[key] as Field<unknown>;
  return `${name}: ${escapeText(show(settings[key]))}`;
}
