/**
 * Copies what somebody wants to log into plain objects, arrays and texts: errors with their causes, without cycles, without
 * running into what throws when it is read, and never more than a log line should hold.
 */

/** Levels below the value; deeper ones are cut. */
const MAX_DEPTH = 8;
/** Objects, arrays and texts of one value. */
const MAX_PARTS = 500;
/** Characters of one text. */
const MAX_LENGTH = 16_384;
/** More is read of a longer text, and dropped after it was redacted: a cut through a secret would leave half of it. */
const MARGIN = 4_096;

interface Walk {
  readonly text: (original: string) => string;
  /** The objects that the present one is in. */
  readonly within: object[];
  partsLeft: number;
}

/** @param text What is done with each text and each name. */
export function plainValueOf(value: unknown, text: (original: string) => string): unknown {
  return plain(value, { text, within: [], partsLeft: MAX_PARTS });
}

function plain(value: unknown, walk: Walk): unknown {
  if (typeof value === 'string') return --walk.partsLeft < 0 ? '[…]' : bounded(value, walk.text);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (walk.within.includes(value)) return '[circular]';
  if (walk.within.length >= MAX_DEPTH || --walk.partsLeft < 0) return '[…]';
  walk.within.push(value);
  try {
    return plainObject(value, walk);
  } catch {
    return '[unreadable]';
  } finally {
    walk.within.pop();
  }
}

function plainObject(value: object, walk: Walk): unknown {
  if (value instanceof Error) return plainError(value, walk);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), walk);
  if (Array.isArray(value)) return value.slice(0, MAX_PARTS).map((part) => plain(part, walk));
  return plainEntries(Object.keys(value), value, walk);
}

/** Causes and the errors of an AggregateError are no enumerable properties. */
function plainError(error: Error, walk: Walk): object {
  const hidden = ['message', 'stack', 'cause', 'errors'].filter((name) => name in error);
  const type = Object.prototype.toString.call(error) === '[object Error]' ? nameOf(error) : 'Error';
  return { type, ...plainEntries([...new Set([...hidden, ...Object.keys(error)])], error, walk) };
}

function nameOf(error: Error): string {
  const { name } = error.constructor;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}

function plainEntries(names: readonly string[], value: object, walk: Walk): object {
  const entries = names.slice(0, MAX_PARTS).map((name) => [bounded(name, walk.text), plain(read(value, name), walk)]);
  return Object.fromEntries(entries) as object;
}

function read(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return '[unreadable]';
  }
}

function bounded(original: string, text: (original: string) => string): string {
  if (original.length <= MAX_LENGTH) return text(original);
  return `${text(original.slice(0, MAX_LENGTH + MARGIN)).slice(0, -MARGIN)}…`;
}
