/**
 * Declares and reads the arguments of a method. Slack takes the same argument as a form field, a query parameter or a
 * JSON member, so "true", "1" and true are one value, and `blocks` may be JSON or JSON in a string.
 */
import { isRefusal, type Refusal, refuse, refuseArgument } from './answer.ts';
import { parseJson } from './json-text.ts';

/** Arguments as they arrived. */
export type RawArguments = Record<string, unknown>;

/** One declared argument. Left out, a required one is `invalid_arguments`; `empty` and `invalid` name Slack's other codes. */
export interface ArgumentSpec<Value> {
  readonly read: (raw: unknown) => Value | typeof INVALID;
  readonly isRequired: boolean;
  /** Whether the empty text is a value of it. An empty optional argument counts as left out. */
  readonly mayBeEmpty: boolean;
  readonly empty: string;
  readonly invalid: string;
  readonly expected: string;
}

/** The arguments of a method by name. */
export type ArgumentSpecs = Record<string, ArgumentSpec<unknown>>;

/** The values that a handler gets. */
export type ArgumentsOf<Specs extends ArgumentSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends ArgumentSpec<infer Value> ? Value : never;
};

/** Slack's codes where a method documents special ones. */
export interface ArgumentErrors {
  /** For a value that names nothing, or that is of the wrong kind. @defaultValue 'invalid_arguments' */
  invalid?: string;
}

/** The same for an argument that may not be left out. */
export interface RequiredArgumentErrors extends ArgumentErrors {
  /** For an empty value. @defaultValue that of an invalid one */
  empty?: string;
  /** Whether an empty value is one like any other, as that which clears a topic. @defaultValue false */
  mayBeEmpty?: boolean;
}

const INVALID = Symbol('invalid');

/** The two forms of each kind of argument: it may be left out, or it may not. */
interface Kind<Value> {
  optional(errors?: ArgumentErrors): ArgumentSpec<Value | undefined>;
  required(errors?: RequiredArgumentErrors): ArgumentSpec<Value>;
  /** What cannot be read counts as left out. */
  lenient(): ArgumentSpec<Value | undefined>;
}

function kind<Value>(expected: string, read: (raw: unknown) => Value | typeof INVALID): Kind<Value> {
  const spec = (
    isRequired: boolean,
    { invalid = 'invalid_arguments', empty = invalid, mayBeEmpty = false }: RequiredArgumentErrors,
  ) => ({
    read,
    isRequired,
    mayBeEmpty,
    empty,
    invalid,
    expected,
  });
  return {
    optional: (errors = {}) => spec(false, errors),
    required: (errors = {}) => spec(true, errors),
    lenient: () => ({
      ...spec(false, {}),
      read: (raw) => {
        const value = read(raw);
        return value === INVALID ? undefined : value;
      },
    }),
  };
}

/** Any text. Numbers and booleans of a JSON body are taken as what they look like. */
export const text = kind<string>('a string', (raw) => {
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : INVALID;
});

/** Whatever it is; the method looks itself. */
export const anything = kind<unknown>('anything', (raw) => raw);

/** true, false, 1, 0. */
export const flag = kind<boolean>('a boolean', (raw) => {
  if (raw === true || raw === 1 || raw === '1' || raw === 'true' || raw === 'True') return true;
  if (raw === false || raw === 0 || raw === '0' || raw === 'false' || raw === 'False') return false;
  return INVALID;
});

/** Several words: an array of them, or a text with commas between. */
export const words = kind<readonly string[]>('a list', (raw) => {
  const value = typeof raw === 'string' && !raw.trimStart().startsWith('[') ? raw.split(',') : asArray(raw);
  if (!value?.every((one) => typeof one === 'string')) return INVALID;
  return value.map((one) => one.trim()).filter((one) => one !== '');
});

/** A whole number. */
export const integer = kind<number>('an integer', (raw) => {
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : INVALID;
});

/** A message timestamp; `0` and whole seconds are allowed where Slack allows them. */
export const timestamp = kind<string>('a timestamp', (raw) => {
  const value = typeof raw === 'number' ? String(raw) : raw;
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? value : INVALID;
});

/** A JSON array, or a string that holds one. */
export const jsonArray = kind<readonly unknown[]>('an array', (raw) => {
  return asArray(raw) ?? INVALID;
});

/** A JSON object, or a string that holds one. */
export const jsonObject = kind<Record<string, unknown>>('an object', (raw) => {
  const value = typeof raw === 'string' ? parsed(raw) : raw;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !isFile(value);
  return isObject ? { ...value } : INVALID;
});

/** The content of a file, which comes as a part of a multipart body only. */
export const fileContent = kind<Uint8Array>('a file', (raw) => (isFile(raw) ? raw : INVALID));

/**
 * Every declared argument, or the refusal for those that are left out, or for the first that is wrong. Others are
 * ignored, as on Slack. Left out and empty are two things: `channel` left out is invalid_arguments with a message, an
 * empty one channel_not_found. (brekkylab/backlot#84, vluzrmos/laravel-slack-api#38)
 */
export function readArguments<Specs extends ArgumentSpecs>(
  specs: Specs,
  raw: RawArguments,
): ArgumentsOf<Specs> | Refusal {
  const leftOut = Object.entries(specs).filter(([name, { isRequired }]) => isRequired && isAbsent(raw[name]));
  if (leftOut.length > 0) return refuseLeftOut(leftOut.map(([name]) => name));
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = readOne(name, spec, raw[name]);
    if (isRefusal(value)) return value;
    values[name] = value;
  }
  return values as ArgumentsOf<Specs>;
}

function readOne(name: string, spec: ArgumentSpec<unknown>, raw: unknown): unknown {
  if (isAbsent(raw) || (raw === '' && !spec.isRequired)) return undefined;
  if (raw === '' && !spec.mayBeEmpty) return refuseArgument(spec.empty, `${name} is empty`);
  const value = spec.read(raw);
  if (value !== INVALID) return value;
  // An array where a single value belongs has a code of its own. (slack-api-ref, methods/_errors/common.json)
  if (Array.isArray(raw)) return refuseArgument('invalid_array_arg', `${name} must be ${spec.expected}`);
  return refuseArgument(spec.invalid, `${name} must be ${spec.expected}`);
}

function isFile(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function isAbsent(raw: unknown): boolean {
  return raw === undefined || raw === null;
}

function refuseLeftOut(names: readonly string[]): Refusal {
  const messages = names.map((name) => `[ERROR] missing required field: ${name}`);
  return refuse('invalid_arguments', { response_metadata: { messages } });
}

function asArray(raw: unknown): readonly unknown[] | undefined {
  const value = typeof raw === 'string' ? parsed(raw) : raw;
  return Array.isArray(value) ? value : undefined;
}

function parsed(value: string): unknown {
  try {
    return parseJson(value);
  } catch {
    return INVALID;
  }
}
