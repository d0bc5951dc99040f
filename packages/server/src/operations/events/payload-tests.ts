/** What a query asks of a payload, as a reader may see it. Pure. */
import type { QueryTerm } from '../query/query-terms.ts';
import type { MessageAddress } from './message-link.ts';

export interface PayloadTest {
  /** Texts that each match has somewhere, so that the others need not be parsed. */
  mustContain: readonly string[];
  readonly matches: (body: unknown) => boolean;
}

/** Where events name who did it: an id, or an object with one. */
const USERS = ['event.user', 'event.user.id', 'event.user_id', 'event.message.user', 'event.previous_message.user'];

/** Where events name the message they are about. */
const MESSAGES = [
  'event.ts',
  'event.message.ts',
  'event.previous_message.ts',
  'event.deleted_ts',
  'event.message_ts',
  'event.item.ts',
  'event.item.message.ts',
];

/** What somebody did. */
export function userTest({ values, isNegated }: QueryTerm): PayloadTest {
  return anyAt(USERS, values, isNegated);
}

/** What is about a message; its channel is compared elsewhere. */
export function messageTest({ ts }: MessageAddress, { isNegated }: QueryTerm): PayloadTest {
  return anyAt(MESSAGES, [ts], isNegated);
}

/** What has a value at a path; in a list, at any of its places. */
export function fieldTest(
  { names, value, isPart }: { names: readonly string[]; value: string; isPart: boolean },
  { isNegated }: QueryTerm,
): PayloadTest {
  const part = value.toLowerCase();
  const isMatch = isPart ? (found: string) => found.toLowerCase().includes(part) : (found: string) => found === value;
  return {
    mustContain: isNegated || isPart ? [] : hintsOf([value]),
    matches: (body) => valuesAt(body, names).some(isMatch) !== isNegated,
  };
}

function anyAt(paths: readonly string[], anyOf: readonly string[], isNegated: boolean): PayloadTest {
  return {
    mustContain: isNegated ? [] : hintsOf(anyOf),
    matches(body) {
      const found = paths.flatMap((path) => valuesAt(body, path.split('.')));
      return found.some((value) => anyOf.includes(value)) !== isNegated;
    },
  };
}

/** Of one value, and one that JSON writes as it is; ids and timestamps are. */
function hintsOf(values: readonly string[]): string[] {
  return values.length === 1 ? values.filter((value) => /^[\w.-]+$/.test(value)) : [];
}

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, name === undefined ? [] : [name, ...rest]));
  if (name !== undefined) {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isObject ? valuesAt((value as Record<string, unknown>)[name], rest) : [];
  }
  return ['string', 'number', 'boolean'].includes(typeof value) || value === null ? [String(value)] : [];
}
