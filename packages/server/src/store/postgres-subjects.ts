/**
 * The locks of what transactions are about. Advisory, because an installation that is about to be installed has no row to lock, and
 * of the transaction, because a pooler gives the next one another session. See docs/adr/0006.
 */
import { createHash } from 'node:crypto';
import type { LockKey } from './postgres-lock-key.ts';
import type { SharedSubject, Subject } from './store.ts';

/**
 * Takes the locks until the transaction ends, waiting for each; empty without subjects. In the order of their numbers, so that two
 * transactions never wait for each other. Numbers of 64 bits are a space of their own beside the pairs of postgres-lock-key.ts; two
 * subjects with one number would only wait for each other without need.
 */
export function lockSubjectsSql(subjects: readonly (Subject | SharedSubject)[], schema: LockKey): string {
  const numbers = new Set(subjects.map((subject) => numberOf(subject, schema)));
  return Array.from(numbers)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((number) => `select pg_advisory_xact_lock(${number})`)
    .join('; ');
}

function numberOf(subject: Subject | SharedSubject, schema: LockKey): bigint {
  return createHash('sha256').update(`${schema} ${subject}`).digest().readBigInt64BE();
}
