/** What of an input, a state or an answer stands in the audit: small, plain, and without secrets. */
import { createRedactor } from '../../observability/redactor.ts';

/** Facts of a row, as JSON. */
export type AuditFacts = Record<string, unknown>;

/** A field whose name ends so holds a secret, whatever its shape; `token` is one of Slack's own arguments. */
const SECRET_NAME = /(?:^|_|[a-z])(?:token|secret|password|response_url)s?$/i;

/** Characters of a text that are kept: more than any id, enough to know a message by. */
const MAX_TEXT = 500;
/** Elements of a list that are kept; of a longer one only how many there were. */
const MAX_LIST = 20;
/** Blocks of a message are nested so deep. */
const MAX_LEVELS = 6;
/** Characters of all facts of a row together: an audit of a million rows has to stay readable. */
const MAX_JSON = 8_192;

const redactor = createRedactor();

/** Facts as JSON: without secrets, and of what is too long only how long it was. */
export function auditJson(facts: AuditFacts): string {
  const json = JSON.stringify(plain('', facts, 0));
  return json.length <= MAX_JSON ? json : JSON.stringify({ characters: json.length });
}

/** Of an answer, what is a word or a number by itself: how many, which id, what state. */
export function resultFacts(output: unknown): AuditFacts {
  const fields = Object.entries(Object(output) as AuditFacts);
  return Object.fromEntries(fields.filter(([name, value]) => name !== 'next' && isSmall(value)));
}

function isSmall(value: unknown): boolean {
  return ['number', 'boolean'].includes(typeof value) || (typeof value === 'string' && value.length <= MAX_TEXT);
}

function plain(name: string, value: unknown, level: number): unknown {
  if (SECRET_NAME.test(name) && value !== undefined && typeof value !== 'boolean') return '[secret]';
  if (typeof value === 'string') return cut(redactor.text(value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (value.length > MAX_LIST || level >= MAX_LEVELS) return `[${value.length} elements]`;
    return value.map((one) => plain('', one, level + 1));
  }
  if (level >= MAX_LEVELS) return '[more]';
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [redactor.text(key), plain(key, one, level + 1)]),
  );
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
