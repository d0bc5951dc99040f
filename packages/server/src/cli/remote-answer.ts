/**
 * What a server of another version answers, read by this one. A field that an older one does not have yet takes the default of its
 * schema; one that is not known here is left out; a word that is not among the known ones (a state, an outcome, a kind) stays as it is,
 * to be shown. Everything else is nothing that can be told from another program's answer.
 */
import { z } from 'zod';
import { lenientSchema } from './lenient-schema.ts';

/** The answer, or what is wrong with it: `teams.0.status is missing`. */
export type ReadAnswer<Output extends z.ZodType> = { data: z.output<Output> } | { fault: string };

/** @param answer What came as JSON. */
export function readAnswer<Output extends z.ZodType>(schema: Output, answer: unknown): ReadAnswer<Output> {
  try {
    const strict = schema.safeParse(answer);
    if (strict.success) return { data: strict.data };
    const lenient = z.safeParse(lenientSchema(schema), answer);
    if (lenient.success) return { data: lenient.data as z.output<Output> };
    return { fault: faultOf(lenient.error.issues[0], answer) };
  } catch (error) {
    // Of an answer that is nested so deeply that it cannot be walked through.
    if (error instanceof RangeError) return { fault: 'it is nested too deeply' };
    throw error;
  }
}

function faultOf(issue: z.core.$ZodIssue | undefined, answer: unknown): string {
  if (!issue || issue.path.length === 0) return 'it is not an object';
  const isMissing = valueAt(answer, issue.path) === undefined;
  return `${issue.path.join('.')} ${isMissing ? 'is missing' : 'is of another kind'}`;
}

/** Undefined for what only its prototype has. */
function valueAt(answer: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, name) => {
    const holder = Object(value) as Record<PropertyKey, unknown>;
    return Object.hasOwn(holder, name) ? holder[name] : undefined;
  }, answer);
}
