/** Where a list goes on. A cursor is opaque to whoever gets it: the place of the last row, which does not change. */
import { z } from 'zod';
import { BotServerError } from '../errors.ts';

/** Of a place in a list; longer than any. */
const MAX_CURSOR = 1_024;

/** In the input of a list. */
export const cursor = z
  .string('must be a nextCursor')
  .min(1, 'must be a nextCursor')
  .max(MAX_CURSOR, 'must be a nextCursor')
  .optional()
  .describe('The nextCursor of the page before, with the same query.');

/** In the output of a list. */
export const nextCursor = z.string().nullable().describe('Gets the next page; null after the last.');

/** The cursor of a place; null for none. */
export function toCursor(place: readonly (string | number)[] | undefined): string | null {
  return place ? Buffer.from(JSON.stringify(place)).toString('base64url') : null;
}

/**
 * The place of a cursor; undefined without one.
 * @throws BotServerError `invalid_input` when it is not a cursor of this list
 */
export function fromCursor<Place>(text: string | undefined, place: z.ZodType<Place>): Place | undefined {
  if (text === undefined) return undefined;
  const { data } = place.safeParse(parsed(text));
  if (data === undefined) throw new BotServerError('invalid_input', 'cursor must be a nextCursor of the same list');
  return data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
