/** Reads what somebody looks for, with Slack's modifiers. (https://slack.com/help/articles/202528808) */
import { findChannel, findDirectMessage } from './channels.ts';
import { emojiName } from './emoji.ts';
import type { Channel, Message, Team } from './model.ts';
import { findUser } from './people.ts';

/** What must hold of a message; words and phrases in lower case. */
export interface SearchQuery {
  readonly words: readonly string[];
  readonly phrases: readonly string[];
  readonly without: readonly string[];
  /** Undefined: anywhere. Empty: a place that is not known, where nothing is found. */
  readonly channelIds: ReadonlySet<string> | undefined;
  readonly userIds: ReadonlySet<string> | undefined;
  readonly tests: readonly ((message: Message, channel: Channel) => boolean)[];
}

interface Reading {
  words: string[];
  phrases: string[];
  without: string[];
  channelIds: Set<string> | undefined;
  userIds: Set<string> | undefined;
  tests: ((message: Message, channel: Channel) => boolean)[];
}

const DAY_SECONDS = 86_400;

/** Reads the whole line; `viewerId` is who `me` is. What is no modifier is a word. */
export function readQuery(team: Team, viewerId: string, line: string): SearchQuery {
  const read: Reading = {
    words: [],
    phrases: [],
    without: [],
    channelIds: undefined,
    userIds: undefined,
    tests: [],
  };
  for (const [, phrase, modifier, value, word = ''] of line.matchAll(
    /"([^"]*)"|(in|from|before|after|on|has|is):(<[^>]*>|\S+)|(\S+)/gi,
  )) {
    if (phrase !== undefined) read.phrases.push(phrase.toLowerCase());
    else if (modifier !== undefined && value !== undefined)
      readModifier(team, viewerId, read, modifier.toLowerCase(), value);
    else if (word.startsWith('-') && word.length > 1) read.without.push(word.slice(1).toLowerCase());
    else read.words.push(word.toLowerCase().replaceAll('*', ''));
  }
  return read;
}

/** Whether the message is one of those that are looked for. */
export function matchesMessage(query: SearchQuery, channel: Channel, message: Message): boolean {
  if (query.channelIds && !query.channelIds.has(channel.id)) return false;
  if (query.userIds && !query.userIds.has(message.userId ?? '')) return false;
  const words = message.text.toLowerCase();
  if (![...query.words, ...query.phrases].every((one) => words.includes(one))) return false;
  if (query.without.some((one) => words.includes(one))) return false;
  return query.tests.every((test) => test(message, channel));
}

function readModifier(team: Team, viewerId: string, read: Reading, modifier: string, value: string): void {
  const name = value.replaceAll(/^<?[#@]?|(\|[^>]*)?>$/g, '');
  switch (modifier) {
    case 'in':
      (read.channelIds ??= new Set()).add(placeNamed(team, viewerId, value, name)?.id ?? '');
      return;
    case 'from': {
      const userId = name === 'me' ? viewerId : findUser(team, name)?.id;
      (read.userIds ??= new Set()).add(userId ?? 'nobody');
      return;
    }
    case 'has':
      read.tests.push(hasTest(team, value));
      return;
    case 'is':
      if (value === 'thread') read.tests.push(({ threadTs, thread }) => threadTs !== undefined || thread !== undefined);
      if (value === 'dm') read.tests.push((_message, { kind }) => kind === 'im' || kind === 'mpim');
      return;
    default:
      readDate(read, modifier, value);
  }
}

/** A conversation, or with `@` the direct message with somebody. */
function placeNamed(team: Team, viewerId: string, value: string, name: string): Channel | undefined {
  if (!/^<?@/.test(value)) return findChannel(team, name);
  const partner = name === 'me' ? viewerId : findUser(team, name)?.id;
  return partner === undefined ? undefined : findDirectMessage(team, [...new Set([viewerId, partner])]);
}

function hasTest(team: Team, what: string): (message: Message) => boolean {
  if (what === 'link') return ({ text }) => /https?:\/\//.test(text);
  if (what === 'pin') return ({ isPinned }) => isPinned;
  if (what === 'reaction') return ({ reactions }) => reactions !== undefined;
  if (what === 'file') return ({ files }) => files !== undefined;
  const emoji = emojiName(team, what);
  return ({ reactions }) => emoji !== undefined && reactions?.some(({ name }) => name === emoji) === true;
}

/** Days are those of UTC here; a date that cannot be read says nothing. */
function readDate({ tests }: Reading, modifier: string, value: string): void {
  const day = /^\d{4}-\d\d?-\d\d?$/.test(value) ? Date.parse(`${value}T00:00:00Z`) / 1000 : Number.NaN;
  if (Number.isNaN(day)) return;
  const [from, to] = {
    before: [0, day] as const,
    after: [day + DAY_SECONDS, Number.POSITIVE_INFINITY] as const,
    on: [day, day + DAY_SECONDS] as const,
  }[modifier as 'before' | 'after' | 'on'];
  tests.push(({ ts }) => Number.parseFloat(ts) >= from && Number.parseFloat(ts) < to);
}
