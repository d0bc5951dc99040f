/** Which programs' installations can be imported, and how a line is recognised. Each format reads its lines in a file of its own. */
import { z } from 'zod';
import type { InstallInput } from '../../../team/installations.ts';

/** Whose lines they are. */
export const importFormat = z.enum(['slack-bot-server', 'slack-ruby-bot-server', 'bolt-js', 'bolt-python']);

export type ImportFormat = z.output<typeof importFormat>;

/** A line that was understood, with the names of fields that nothing was made of; or what is wrong with it. */
export type ReadLine = { input: InstallInput; ignored?: readonly string[] } | { error: string };

/** Reads one line, which is JSON of any kind. `nowMs`: from when times to live count. */
export type FormatReader = (value: unknown, nowMs: number) => ReadLine;

/**
 * Whose line it is, by fields that only that program writes. What is like none of them is taken for our own, whose reader names
 * every field that it does not know.
 */
export function formatOf(value: object): ImportFormat {
  const has = (...names: string[]) => names.some((name) => name in value);
  if (isObjectIn(value, 'bot') || isObjectIn(value, 'user')) return 'bolt-js';
  if (has('bot_token')) return has('installed_at') ? 'bolt-python' : 'slack-bot-server';
  if (has('token') && has('active', 'activated_user_id', 'oauth_scope', 'oauth_version', 'created_at')) {
    return 'slack-ruby-bot-server';
  }
  return has('installed_at') ? 'bolt-python' : 'slack-bot-server';
}

function isObjectIn(value: object, name: string): boolean {
  const field = (value as Readonly<Record<string, unknown>>)[name];
  return typeof field === 'object' && field !== null;
}

/** The names in `value` that nobody knows and that hold something: users of another program add columns of their own. */
export function unknownIn(value: object, known: ReadonlySet<string>): readonly string[] {
  return Object.entries(value).flatMap(([name, part]) => (known.has(name) || isNothing(part) ? [] : [name]));
}

function isNothing(part: unknown): boolean {
  if (part === null || part === '' || part === undefined) return true;
  return typeof part === 'object' && Object.keys(part).length === 0;
}

/** Empty columns of a CSV and nulls of a database say the same: nothing. */
export function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null && part !== ''));
}
