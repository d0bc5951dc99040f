/** Who changed what, when, and from where. */
import { z } from 'zod';
import { wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { auditQuery, readAudits } from './audit-query.ts';
import { auditRow, auditRowOf } from './audit-row.ts';

export const MAX_AUDIT_PAGE = 500;

export const listAudit = defineOperation({
  name: 'audit.list',
  role: 'read',
  summary: 'what operators changed: who, when, from where, what was before and after',
  input: z.strictObject({ ...auditQuery, limit: wholeNumber(1, MAX_AUDIT_PAGE).default(50) }),
  output: z.object({
    entries: z.array(auditRow).describe('The newest first.'),
    nextCursor: z.string().nullable().describe('Gets the next page; null after the last.'),
  }),
  errors: [],
  async run(context, query) {
    const { entries, nextCursor } = await readAudits(context, query);
    return { entries: entries.map(auditRowOf), nextCursor };
  },
});
