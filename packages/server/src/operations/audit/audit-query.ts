/** Which rows of the audit are meant: the same fields for the list and for the file. */
import { z } from 'zod';
import { given, id, moment, momentMs, teamId } from '../fields.ts';
import type { OperationContext } from '../operation-context.ts';
import { type AuditEntry, auditOutcomes, listAudits } from './audit-repository.ts';

export const auditQuery = {
  who: id('a door and a name, for example cli:ann').optional(),
  operation: id('an operation, for example teams.deactivate or teams').optional(),
  teamId: teamId.optional(),
  outcome: z.enum(auditOutcomes, `must be one of ${auditOutcomes.join(', ')}`).optional(),
  since: moment.optional(),
  until: moment.optional(),
  cursor: z
    .string('must be a nextCursor')
    .regex(/^\d{1,15}$/, 'must be a nextCursor')
    .optional(),
};

type AuditQuery = z.output<z.ZodObject<typeof auditQuery>> & { limit: number };

/** A page, and where the next one begins. */
export async function readAudits(
  { store, clock }: Pick<OperationContext, 'store' | 'clock'>,
  { since, until, cursor, limit, ...filter }: AuditQuery,
): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
  const msOf = (text: string | undefined) => (text === undefined ? undefined : momentMs(text, clock.now()));
  const range = given({
    sinceMs: msOf(since),
    untilMs: msOf(until),
    beforeSeq: cursor === undefined ? undefined : Number(cursor),
  });
  const entries = await listAudits(store, { ...given(filter), ...range, limit });
  const last = entries.at(-1);
  return { entries, nextCursor: last && entries.length === limit ? String(last.seq) : null };
}
