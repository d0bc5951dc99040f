/**
 * What a server of another version answers, read by this one. A field that an older one does not have yet takes the default of its
 * schema; one that is not known here is left out; a word that is not among the known ones (a state, an outcome) stays as it is, to be
 * shown. Everything else is nothing that can be told from another program's answer.
 */
import type { z } from 'zod';

/** The answer, or what is wrong with it: `teams.0.status is missing`. */
export type ReadAnswer<Output extends z.ZodType> = { data: z.output<Output> } | { fault: string };

/** @param answer What came as JSON. */
export function readAnswer<Output extends z.ZodType>(schema: Output, answer: unknown): ReadAnswer<Output> {
  const strict = schema.safeParse(answer);
  if (strict.success) return { data: strict.data };
  const words = strict.error.issues.flatMap((issue) => newWordOf(issue, answer) ?? []);
  if (words.length < strict.error.issues.length) return { fault: faultOf(strict.error.issues, answer) };
  const known = structuredClone(answer);
  for (const { path, stand } of words) put(known, path, stand);
  const lenient = schema.safeParse(known);
  if (!lenient.success) return { fault: faultOf(lenient.error.issues, answer) };
  for (const { path, word } of words) put(lenient.data, path, word);
  return { data: lenient.data };
}

interface NewWord {
  path: readonly PropertyKey[];
  word: string;
  /** A word that is known, for the meantime. */
  stand: z.core.util.Primitive;
}

function newWordOf(issue: z.core.$ZodIssue, answer: unknown): NewWord | undefined {
  const { path } = issue;
  const word = valueAt(answer, path);
  if (issue.code !== 'invalid_value' || issue.values.length < 2 || path.length === 0) return undefined;
  return typeof word === 'string' ? { path, word, stand: issue.values[0] } : undefined;
}

function faultOf(issues: readonly z.core.$ZodIssue[], answer: unknown): string {
  const [issue] = issues.filter((one) => newWordOf(one, answer) === undefined);
  if (!issue || issue.path.length === 0) return 'it is not an object';
  const isMissing = valueAt(answer, issue.path) === undefined;
  return `${issue.path.join('.')} ${isMissing ? 'is missing' : 'is of another kind'}`;
}

function valueAt(answer: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, name) => (Object(value) as Record<PropertyKey, unknown>)[name], answer);
}

function put(answer: unknown, path: readonly PropertyKey[], value: unknown): void {
  const parent = valueAt(answer, path.slice(0, -1));
  const last = path.at(-1);
  if (last !== undefined) Object.assign(parent as object, { [last]: value });
}
