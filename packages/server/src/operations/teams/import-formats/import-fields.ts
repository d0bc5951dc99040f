/** What the fields of an import may hold, whichever program wrote them. Their errors name the field as that program calls it, never a token. */
import { z } from 'zod';
import type { GrantedToken } from '../../../team/installations.ts';

export const text = (what: string, max: number) =>
  z
    .string(`${what} must be a string`)
    .trim()
    .min(1, `${what} must not be empty`)
    .max(max, `${what} must have at most ${max} characters`);

export const id = (what: string, example: string) =>
  z
    .string(`${what} must be a string`)
    .regex(/^[A-Z0-9]{1,32}$/, `${what} must be 1 to 32 characters A–Z and 0–9, for example ${example}`);

/** Slack's prefixes of other kinds; tokens of Slack-compatible servers have none of them. */
const OF_OTHERS = {
  bot: /^(xoxp-|xoxe\.xoxp-|xoxe-|xapp-)/,
  user: /^(xoxb-|xoxe\.xoxb-|xoxe-|xapp-)/,
  refresh: /^(xoxb-|xoxp-|xoxe\.|xapp-)/,
} as const;

type TokenKind = keyof typeof OF_OTHERS;

/** Whether a token has no prefix of Slack's, or that of its kind. */
export function isOfKind(word: string, kind: TokenKind): boolean {
  return !OF_OTHERS[kind].test(word);
}

export const token = (what: string, kind: TokenKind) =>
  text(what, 1_000)
    .regex(/^[\x21-\x7e]+$/, `${what} must not contain spaces`)
    .refine((word) => isOfKind(word, kind), `${what} must be a ${kind} token; this one has the prefix of another kind`);

export const scopes = (what: string) =>
  z
    .union(
      [z.string().transform((list) => list.split(',')), z.array(z.string())],
      `${what} must be a list of strings, or one string with commas between them`,
    )
    .transform((list) => list.map((scope) => scope.trim()).filter((scope) => scope !== ''));

/** Times far from now are milliseconds, or none. */
const MAX_SECONDS = 100_000_000_000;

export const expiresAt = (what: string) =>
  z
    .number(`${what} must be a number`)
    .int(`${what} must be whole seconds since 1970`)
    .positive(`${what} must be seconds since 1970`)
    .max(MAX_SECONDS, `${what} must be seconds since 1970, not milliseconds`);

export const expiresIn = (what: string) =>
  z
    .number(`${what} must be a number`)
    .positive(`${what} must be positive`)
    .max(366 * 86_400, `${what} must be seconds from now, at most a year`);

/** PostgreSQL's `t` and `f`, and what other databases make of a boolean in CSV and JSON. */
const SPELLINGS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...[true, 't', 'true', 'TRUE', 'True', '1', 1].map((spelling) => [spelling, true] as const),
  ...[false, 'f', 'false', 'FALSE', 'False', '0', 0].map((spelling) => [spelling, false] as const),
]);

export const flag = (what: string) =>
  z.unknown().transform((value, context) => {
    const meant = SPELLINGS.get(value);
    if (meant !== undefined) return meant;
    context.addIssue(`${what} must be true or false (or t, f, 1, 0)`);
    return z.NEVER;
  });

const SPACED = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/;

/** A moment as databases write it, in milliseconds since 1970. Without a time zone it is UTC, as ActiveRecord and SQLAlchemy store it. */
export const moment = (what: string) =>
  z.unknown().transform((value, context) => {
    const ms = momentIn(value);
    if (ms !== undefined) return ms;
    context.addIssue(`${what} must be a time, for example 2026-11-18 11:00:00`);
    return z.NEVER;
  });

function momentIn(value: unknown): number | undefined {
  // As mongoexport writes it.
  const inner = typeof value === 'object' && value !== null && '$date' in value ? value.$date : value;
  if (typeof inner !== 'string') return undefined;
  const [, day, clock, zone = 'Z'] = SPACED.exec(inner.trim()) ?? [];
  if (day === undefined || clock === undefined) return undefined;
  const ms = Date.parse(`${day}T${clock}${zone === 'UTC' ? 'Z' : withMinutes(zone)}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `+02` and `+0200` are no ISO 8601 as JavaScript reads it. */
function withMinutes(zone: string): string {
  const [, hours, minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return hours === undefined ? zone : `${hours}:${minutes}`;
}

/** A token beside what else was granted with it. */
export interface TokenFields {
  scopes?: string[] | null | undefined;
  refreshToken?: string | null | undefined;
  /** In seconds since 1970. */
  expiresAt?: number | null | undefined;
  /** In seconds from `nowMs`. */
  expiresIn?: number | null | undefined;
}

export function tokenOf(nowMs: number, word: string, { scopes: granted, ...life }: TokenFields): GrantedToken {
  const { refreshToken, expiresAt: atSeconds, expiresIn: inSeconds } = life;
  const inMs = inSeconds ? Math.floor(nowMs + inSeconds * 1_000) : null;
  return {
    token: word,
    scopes: granted ?? [],
    expiresAtMs: atSeconds ? atSeconds * 1_000 : inMs,
    refreshToken: refreshToken ?? null,
    isUndated: !atSeconds && inMs !== null,
  };
}

/** Half of it is of no use: a token that ends for good, or one of which nobody knows when to refresh it. */
export function pairFault(
  { refreshToken, end }: { refreshToken: string | null | undefined; end: number | null | undefined },
  names: { refresh: string; end: string },
): string | undefined {
  return !refreshToken === !end ? undefined : `${names.refresh} and ${names.end} must be given together`;
}

/** What is wrong with a line, as a sentence; `known` are the names of all its fields. */
export function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => JSON.stringify(key.slice(0, 64))).join(', ');
    return `has the unknown field${issue.keys.length > 1 ? 's' : ''} ${names}; known are ${known.join(', ')}`;
  }
  if (issue.path.length === 0 && issue.code === 'invalid_type') return 'must be one JSON object';
  const field = issue.path.length === 0 ? 'the line' : issue.path.join('.');
  return issue.message.startsWith(field) || issue.message.includes('must')
    ? issue.message
    : `${field}: ${issue.message}`;
}
