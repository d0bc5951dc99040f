/** Fields that several operations have: what is allowed, in words that make a sentence behind the name of the field. */
import { z } from 'zod';

/** Longer ids are a mistake; Slack's have 9 to 11 characters, those of Slack-compatible servers may have others. */
const MAX_ID = 255;

/** An id as it is given: Slack's, or that of a Slack-compatible server. */
export const id = (what: string) =>
  z
    .string(`must be a string: ${what}`)
    .trim()
    .min(1, `must not be empty: ${what}`)
    .max(MAX_ID, `must have at most ${MAX_ID} characters`)
    .meta(metaOf(what));

/** What stands in documents made of a field: its words, and their example. */
function metaOf(what: string): { description: string; examples?: string[] } {
  const [, words = what, example] = /^(.*), for example (\S+)$/.exec(what) ?? [];
  const description = `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  return example === undefined ? { description } : { description, examples: [example] };
}

/** Which team: its id, or that of an organization for an org-wide installation. */
export const teamId = id('the id of a team, for example T0ACME0001');

/** A whole number within limits. */
export const wholeNumber = (min: number, max: number) => {
  const words = `must be a whole number from ${min} to ${max}`;
  return z.int(words).min(min, words).max(max, words);
};

/** A moment, as people and programs read it. */
export const time = z.iso.datetime();

/** How far back, in what units. */
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGO = /^(\d{1,6})([smhd])$/;

/** A moment as people give it: `24h` ago, or the moment itself. */
export const moment = z
  .string('must be a time')
  .refine(
    (text) => AGO.test(text) || time.safeParse(text).success,
    'must be a time like 2026-11-18T11:00:00Z, or how long ago: 90s, 30m, 24h, 7d',
  );

/** What `moment` allows, in milliseconds since 1970. */
export function momentMs(text: string, nowMs: number): number {
  const [, count, unit = ''] = AGO.exec(text) ?? [];
  return count === undefined ? Date.parse(text) : nowMs - Number(count) * (UNITS_MS[unit] ?? 0);
}

/** In an output: who carries the change out. */
export const server = z
  .union([z.int(), z.enum(['unknown', 'several'])])
  .nullable()
  .describe(
    'Process id of the server that acts within a second, of several the one that owns it; several: each does its part, or the first that takes it; null: none runs, and it waits for one.',
  );

/** In an output, of what is running. */
export const needsServer = z.boolean().default(false).describe('It is to run, and no server runs: it waits for one.');

/** In an output: one sentence, the same behind every door. */
export const next = z.string().describe('What happens next.');

/** The first and the last moment that have a year of four digits. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** The moment of an epoch in milliseconds. A row may hold what is no time: it is the nearest one, and its list goes on. */
export function isoTime(atMs: number): string {
  return new Date(Math.min(Math.max(atMs || 0, FIRST_MS), LAST_MS)).toISOString();
}

/** The fields that were given: what was left out is not there, not even as undefined. */
export function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
