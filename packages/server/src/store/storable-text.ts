/**
 * Text from outside, made fit for both engines. PostgreSQL takes no NUL and neither engine keeps half a surrogate pair; both
 * become U+FFFD, so that a strange name or error message costs its own character and not the row. Every parameter of a
 * statement goes through here (postgres-values.ts, packed-params.ts): no repository has to think of it.
 */
import { createHash } from 'node:crypto';
import { BotServerError } from '../errors.ts';
import type { SqlValue } from './store.ts';

/** What stands for a character that cannot be stored. */
const REPLACEMENT = '\ufffd';

/**
 * Characters of a key that an index holds. An entry of an index of PostgreSQL has 2,704 bytes at most, and a character three
 * bytes of UTF-8: two such keys fit into one entry. (https://www.postgresql.org/docs/current/btree.html)
 */
export const MAX_KEY_LENGTH = 255;

/** Whether both engines give the text back as it is. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** The text, with U+FFFD in the place of each character that cannot be stored. */
export function toStorableText(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll('\0', REPLACEMENT);
}

/** The text at most so many UTF-16 units long, and never half a character. */
export function cutText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).toWellFormed();
}

/**
 * The key as it is or, when it cannot be stored or indexed, a hash of it: two keys that differ stay two keys, which cutting
 * and replacing would not promise.
 */
export function toStorableKey(key: string): string {
  if (key.length <= MAX_KEY_LENGTH && isStorable(key)) return key;
  return `sha256:${createHash('sha256').update(Buffer.from(key, 'utf16le')).digest('hex')}`;
}

/**
 * A parameter as both engines take it.
 * @throws BotServerError `value_refused` for what is no SqlValue, and for numbers that would not come back as they were
 */
export function toStorable(value: SqlValue | undefined): SqlValue {
  if (typeof value === 'string') return toStorableText(value);
  if (typeof value === 'number') requireExact(value);
  else if (value === undefined) throw refused('a parameter is undefined; null is how to store nothing');
  else if (value !== null && !(value instanceof Uint8Array)) throw refused(`a parameter is of type ${typeof value}`);
  return value;
}

/** Beyond 2^53 SQLite would store what node:sqlite refuses to read: every look at the row would fail from then on. */
function requireExact(value: number): void {
  if (!Number.isFinite(value)) throw refused('a parameter is not a finite number');
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw refused('a number is beyond 2^53, where whole numbers are inexact');
}

function refused(why: string): BotServerError {
  return new BotServerError('value_refused', `A value cannot be stored: ${why}`);
}
