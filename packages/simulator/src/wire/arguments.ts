/**
 * Declares and reads the arguments of a method. Slack takes the same argument as a form field, a query parameter or a
 * JSON member, so "true", "1" and true are one value, and `blocks` may be JSON or JSON in a string.
 */
import { isRefusal, type Refusal, refuseArgument } from './answer.ts';
import { parseJson } from './json-text.ts';

/** Arguments as they arrived. */
export type RawArguments = Record<string, unknown>;

/** One declared argument. `isRequired` makes its absence an error, `missing` and `invalid` name Slack's code for it. */
export interface ArgumentSpec<Value> {
  readonly read: (raw: unknown) => Value | typeof INVALID;
  readonly isRequired: boolean;
  readonly missing: string;
  readonly invalid: string;
  readonly expected: string;
}

/** The arguments of a method by name. */
export type ArgumentSpecs = Record<string, ArgumentSpec<unknown>>;

/** The values that a handler gets. */
export type ArgumentsOf<Specs extends ArgumentSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends ArgumentSpec<infer Value> ? Value : never;
};

/** Slack's codes where a method documents special ones. @defaultValue 'invalid_arguments' for both */
export interface ArgumentErrors {
  missing?: string;
  invalid?: string;
}

const INVALID = Symbol('invalid');

/** The two forms of each kind of argument: it may be left out, or it may not. */
interface Kind<Value> {
  optional(errors?: ArgumentErrors): ArgumentSpec<Value | undefined>;
  required(errors?: ArgumentErrors): ArgumentSpec<Value>;
  /** What cannot be read counts as left out. */
  lenient(): ArgumentSpec<Value | undefined>;
}

function kind<Value>(expected: string, read: (raw: unknown) => Value | typeof INVALID): Kind<Value> {
  const spec = (
    isRequired: boolean,
    { missing = 'invalid_arguments', invalid = 'invalid_arguments' }: ArgumentErrors,
  ) => ({
    read,
    isRequired,
    missing,
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

/** true, false, 1, 0. */
export const flag = kind<boolean>('a boolean', (raw) => {
  if (raw === true || raw === 1 || raw === '1' || raw === 'true' || raw === 'True') return true;
  if (raw === false || raw === 0 || raw === '0' || raw === 'false' || raw === 'False') return false;
  return INVALID;
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
  const value = typeof raw === 'string' ? parsed(raw) : raw;
  return Array.isArray(value) ? value : INVALID;
});

/** A JSON object, or a string that holds one. */
export const jsonObject = kind<Record<string, unknown>>('an object', (raw) => {
  const value = typeof raw === 'string' ? parsed(raw) : raw;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : INVALID;
});

/** Every declared argument, or the refusal for the first that is wrong. Others are ignored, as on Slack. */
export function readArguments<Specs extends ArgumentSpecs>(
  specs: Specs,
  raw: RawArguments,
): ArgumentsOf<Specs> | Refusal {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = readOne(name, spec, raw[name]);
    if (isRefusal(value)) return value;
    values[name] = value;
  }
  return values as ArgumentsOf<Specs>;
}

function readOne(name: string, spec: ArgumentSpec<unknown>, raw: unknown): unknown {
  if (raw === undefined || raw === null || raw === '') {
    return spec.isRequired ? refuseArgument(spec.missing, `missing required field: ${name}`) : undefined;
  }
  const value = spec.read(raw);
  if (value !== INVALID) return value;
  // An array where a single value belongs has a code of its own. (slack-api-ref, methods/_errors/common.json)
  if (Array.isArray(raw)) return refuseArgument('invalid_array_arg', `${name} must be ${spec.expected}`);
  return refuseArgument(spec.invalid, `${name} must be ${spec.expected}`);
}

function parsed(value: string): unknown {
  try {
    return parseJson(value);
  } catch {
    return INVALID;
  }
}
