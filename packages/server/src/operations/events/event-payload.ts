/** A stored event's payload for a person's eyes: without what lets its reader act as the app. */
import { createRedactor } from '../../observability/redactor.ts';

/**
 * Names whose values are secrets: the deprecated verification `token`, `bot_access_token` of functions, and addresses to which
 * anybody may post (`response_url`, also inside `response_urls`). Values with the shape of a Slack token go wherever they stand.
 */
const SECRET_NAME = /(?:^|_)(?:token|secret|response_url)$/i;

const redactor = createRedactor();

/** Nothing of Slack's is nested so deep; each level costs stack, and as many spaces per line as there are levels above it. */
const MOST_LEVELS = 100;

/** Parses a payload, takes its secrets out, and leaves out what is nested deeper than a person reads. */
export function readablePayload(payload: string): unknown {
  // The parser takes any depth; walking is what needs a limit.
  return readable('', JSON.parse(payload), 0);
}

function readable(name: string, value: unknown, level: number): unknown {
  if (typeof value === 'string') return SECRET_NAME.test(name) ? '[secret]' : redactor.text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (level >= MOST_LEVELS) return '[nested too deep to be shown]';
  if (Array.isArray(value)) return value.map((one) => readable('', one, level + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(key, one, level + 1)]));
}
