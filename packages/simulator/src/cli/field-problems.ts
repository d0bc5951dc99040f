/** What a schema has against the fields of a command, as a person reads it: which field, what is allowed, what was said. */
import type { z } from 'zod';

/** `delayMs must be a whole number; got "soon"`, several with semicolons. */
export function fieldProblems(error: z.ZodError, fields: Readonly<Record<string, unknown>>): string {
  return error.issues.map((issue) => describe(issue, fields)).join('; ');
}

function describe(issue: z.core.$ZodIssue, fields: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') return `there is no field ${issue.keys.join(', ')} here`;
  const path = issue.path.join('.');
  const value = issue.path.reduce<unknown>(
    (part, name) => (Object(part) as Record<PropertyKey, unknown>)[name],
    fields,
  );
  const name = path === '' ? 'it' : path;
  const allowed = issue.code === 'invalid_type' ? `must be ${article(issue.expected)}` : words(issue.message);
  return value === undefined ? `${name} is missing: it ${allowed}` : `${name} ${allowed}; got ${JSON.stringify(value)}`;
}

/** Our own messages follow the name of the field; those of zod begin a sentence. */
function words(message: string): string {
  return /^[A-Z]/.test(message) ? `is wrong: ${message}` : message;
}

function article(type: string): string {
  const known: Readonly<Record<string, string>> = { int: 'a whole number', array: 'a list', string: 'a text' };
  return known[type] ?? `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
