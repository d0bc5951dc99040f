/** Where a page of documents ended, as a text that nobody needs to read. Pure. */
import { BotServerError } from '../errors.ts';
import { requireKey } from './json-document.ts';

/** Tells it from a key, which somebody may take for one. */
const VERSION = 'd1.';

export function encodeCursor(lastKey: string): string {
  return VERSION + Buffer.from(lastKey, 'utf8').toString('base64url');
}

/** @throws BotServerError `invalid_input` for what is none */
export function decodeCursor(cursor: string): string {
  const isOne = typeof cursor === 'string' && cursor.startsWith(VERSION);
  const key = isOne ? Buffer.from(cursor.slice(VERSION.length), 'base64url').toString('utf8') : '';
  if (isOne && key !== '' && encodeCursor(key) === cursor) return requireKey(key);
  throw new BotServerError('invalid_input', 'cursor must be the nextCursor of a page; got something else', {
    fix: 'Leave it out for the first page.',
  });
}
