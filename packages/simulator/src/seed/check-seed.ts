/** Checks a seed against its schema, and says for every fault where it stands and what is allowed there. */
import { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import { type CheckedSeed, seedSchema } from './seed-schema.ts';
import type { SeedSource } from './seed-source.ts';

/** More would hide the first one. */
const MAX_FAULTS_SHOWN = 20;

/** @throws SimulatorError `invalid_seed`, one fault per line */
export function checkSeed(source: SeedSource): CheckedSeed {
  const result = seedSchema.safeParse(source.value, { error: whatIsAllowed });
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => flat(issue)).map((issue) => line(source, issue));
  const shown = faults.slice(0, MAX_FAULTS_SHOWN);
  if (faults.length > shown.length) shown.push(`… and ${faults.length - shown.length} more`);
  throw new SimulatorError('invalid_seed', shown.join('\n'));
}

type Issue = z.core.$ZodIssue;

/** zod says which keys it does not know; a person wants to hear which it does. */
function whatIsAllowed(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined;
  return `unknown key ${issue.keys.join(', ')}; allowed: ${Object.keys(issue.inst.shape).join(', ')}`;
}

/** Of a choice (a name, or a mapping) only the branch counts that the writer meant: the one that got further. */
function flat(issue: Issue, around: readonly PropertyKey[] = []): Issue[] {
  const path = [...around, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const meant = issue.errors.find(
    (branch) => !branch.some((one) => one.code === 'invalid_type' && one.path.length === 0),
  );
  if (meant) return meant.flatMap((one) => flat(one, path));
  const kinds = issue.errors.flat().map((one) => (one.code === 'invalid_type' ? wordFor(one.expected) : one.message));
  return [{ ...issue, path, message: `expected ${[...new Set(kinds)].join(' or ')}` }];
}

function wordFor(type: string): string {
  return type === 'object' || type === 'record' ? 'a mapping' : type === 'array' ? 'a list' : `a ${type}`;
}

function line(source: SeedSource, issue: Issue): string {
  const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  return `${source.where(issue.path, key)}: ${issue.message}`;
}
