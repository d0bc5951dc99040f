/**
 * A stored event's payload for a person's eyes: without what lets its reader act as the app, and, unless the operator of the server wants them
 * shown (ADMIN_SHOW_TEXTS), without what people wrote.
 */

import { createRedactor } from '../../observability/redactor.ts';
import { readJson } from '../../read-json.ts';

/**
 * Names whose values are secrets: the deprecated verification `token`, `bot_access_token` of functions, and addresses to which
 * anybody may post (`response_url`, also inside `response_urls`). Values with the shape of a Slack token go wherever they stand.
 */
const SECRET_NAME = /(?:^|_)(?:token|secret|response_url)$/i;

/** Names whose values people wrote, or that quote it, and those that tell who and where a person is. */
const TEXT_NAME = new RegExp(
  `^(?:${[
    'text|fallback|pretext|title|description|preview|preview_highlight|preview_plain_text|plain_text|initial_comment',
    'topic|purpose|value|private_metadata|url|.*_url|status_text|status_text_canonical|status_emoji',
    'username|user_name|(?:real|display)_name(?:_normalized)?|first_name|last_name|pronouns|email|phone|skype',
  ].join('|')})$`,
);

/** What has a message's content all over; of it only what says how it is made is shown. */
const CONTENT_NAME = /^(?:blocks|attachments|message_blocks|files?|inputs|topic|purpose)$/;
/** The same for what an app attached, links in a message, what was entered and chosen, and people; as a text `user` is an id. */
const PARTLY_NAME = /^(?:metadata|links|state|actions|user|user_profile|profile)$/;
const STRUCTURE_NAME =
  /^(?:type|subtype|event_type|style|(?:.*_)?ts|.*_id|id|user|channel|team|selected_(?:user|channel|conversation)s?|mimetype|filetype|mode)$/;

/** What an app attached to a message: all names in it are its own. */
const FOREIGN_NAME = 'event_payload';

const redactor = createRedactor();

/** Nothing of Slack's is nested so deep; each level costs stack, and as many spaces per line as there are levels above it. */
const MOST_LEVELS = 100;

export interface ReadableOptions {
  /** Whether what people wrote stays. */
  showsTexts: boolean;
}

/** Parses a payload, takes its secrets and texts out, and leaves out what is nested deeper than a person reads. */
export function readablePayload(payload: string, { showsTexts }: ReadableOptions): unknown {
  // The parser takes any depth; walking is what needs a limit.
  return readable('', readJson(payload) ?? '[unreadable]', { level: 0, hides: showsTexts ? 'nothing' : 'texts' });
}

/** What is parsed already, without its secrets. */
export function readableValue(value: unknown): unknown {
  return readable('', value, { level: 0, hides: 'nothing' });
}

/** Whether the value at a path of names may be what somebody wrote. */
export function isTextPath(path: readonly string[]): boolean {
  const leaf = path.at(-1) ?? '';
  const above = path.slice(0, -1);
  if (path.some((name) => CONTENT_NAME.test(name)) || above.includes(FOREIGN_NAME)) return true;
  return TEXT_NAME.test(leaf) || (above.some((name) => PARTLY_NAME.test(name)) && !STRUCTURE_NAME.test(leaf));
}

interface Place {
  level: number;
  /** `content`: all texts but those that say how a message is made. */
  hides: 'nothing' | 'texts' | 'content' | 'all texts';
}

function readable(name: string, value: unknown, { level, hides }: Place): unknown {
  if (typeof value === 'string') return readableText(name, value, hides);
  if (typeof value !== 'object' || value === null) return value;
  if (level >= MOST_LEVELS) return '[nested too deep to be shown]';
  const inside: Place = { level: level + 1, hides: hiddenIn(name, hides) };
  // The elements of a list stand under its name: `text: ["…"]` is as much a text.
  if (Array.isArray(value)) return value.map((one) => readable(name, one, inside));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(key, one, inside)]));
}

function hiddenIn(name: string, hides: Place['hides']): Place['hides'] {
  if (hides === 'nothing') return hides;
  if (name === FOREIGN_NAME) return 'all texts';
  return hides === 'texts' && (CONTENT_NAME.test(name) || PARTLY_NAME.test(name)) ? 'content' : hides;
}

function readableText(name: string, text: string, hides: Place['hides']): string {
  if (SECRET_NAME.test(name)) return '[secret]';
  return isHidden(name, hides) ? `[${text.length} characters]` : redactor.text(text);
}

function isHidden(name: string, hides: Place['hides']): boolean {
  if (hides === 'content') return !STRUCTURE_NAME.test(name);
  return hides === 'all texts' || (hides === 'texts' && TEXT_NAME.test(name));
}
