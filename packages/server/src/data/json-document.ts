/** What a bot may store: JSON that comes back as it went in. What JSON would silently drop or bend is refused instead. */
import { BotServerError } from '../errors.ts';
import { isStorable } from '../store/storable-text.ts';

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** 256 KiB of UTF-8. */
export const MAX_VALUE_BYTES = 262_144;
/** Far beyond what anybody writes by hand, and far from the depth at which JSON.stringify runs out of stack. */
const MAX_DEPTH = 100;
/** In characters: at most 800 bytes, which an index row of PostgreSQL (2,704 bytes) holds together with a team id. */
const MAX_KEY_LENGTH = 200;

/**
 * The text of a document. Properties that are undefined are left out, as JSON does.
 * @throws BotServerError `invalid_input`, naming the place and what is allowed; `document_too_large`
 */
export function toJsonText(value: unknown, { teamId, key }: { teamId: string; key: string }): string {
  check(value, 'value', 0);
  const text = JSON.stringify(value);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > MAX_VALUE_BYTES) {
    const facts = { teamId, key, sizeBytes, maxBytes: MAX_VALUE_BYTES };
    const message = `The document ${key} is ${sizeBytes} bytes as JSON; at most ${MAX_VALUE_BYTES} are allowed`;
    throw new BotServerError('document_too_large', message, { facts });
  }
  return text;
}

/** @throws BotServerError `invalid_input` */
export function requireKey(key: string, what = 'A key'): string {
  if (typeof key === 'string' && isStorable(key) && key.length >= 1 && key.length <= MAX_KEY_LENGTH) return key;
  throw invalid(
    `${what} must be a string of 1 to ${MAX_KEY_LENGTH} characters, without a NUL or half a surrogate pair`,
  );
}

function check(value: unknown, place: string, depth: number): void {
  if (depth > MAX_DEPTH) throw invalid(`The value contains itself, or is nested deeper than ${MAX_DEPTH} levels`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    // Not forEach, which skips holes.
    for (const [index, item] of value.entries()) check(item, `${place}[${index}]`, depth + 1);
    return;
  }
  if (!isPlainObject(value)) throw invalid(`${place} is ${describe(value)}; only JSON can be stored`);
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw invalid(`${place} has a symbol as a name; only JSON can be stored`);
  for (const [name, property] of Object.entries(value)) {
    if (property !== undefined) check(property, `${place}.${name}`, depth + 1);
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm (node:vm) is plain too, and has another Object.prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an instance of ${value.constructor?.name ?? 'a class'}`;
  return typeof value === 'number' ? String(value) : `of type ${typeof value}`;
}

function invalid(message: string): BotServerError {
  return new BotServerError('invalid_input', message);
}
