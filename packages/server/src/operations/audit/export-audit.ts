/** The audit as CSV, a page at a time: pages one after the other are one file. */
import { z } from 'zod';
import { wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { auditQuery, readAudits } from './audit-query.ts';
import { type AuditRow, auditRowOf } from './audit-row.ts';
import { csvLine } from './csv.ts';

export const MAX_AUDIT_EXPORT = 1_000;

const columns = [
  'seq',
  'at',
  'ended',
  'who',
  'from',
  'operation',
  'teamId',
  'outcome',
  'error',
  'input',
  'before',
  'after',
  'result',
] as const satisfies readonly (keyof AuditRow)[];

export const exportAudit = defineOperation({
  name: 'audit.export',
  role: 'read',
  summary: 'the audit as CSV (RFC 4180)',
  input: z.strictObject({ ...auditQuery, limit: wholeNumber(1, MAX_AUDIT_EXPORT).default(MAX_AUDIT_EXPORT) }),
  output: z.object({
    csv: z.string().describe('Lines that end with CRLF; the first page begins with the names of the columns.'),
    rows: z.int(),
    nextCursor: z.string().nullable().describe('Gets the next page; null after the last.'),
  }),
  errors: [],
  async run(context, query) {
    const { entries, nextCursor } = await readAudits(context, query);
    const lines = entries.map(auditRowOf).map((row) => csvLine(columns.map((column) => cellOf(row[column]))));
    const header = query.cursor === undefined ? [csvLine(columns)] : [];
    return { csv: [...header, ...lines].join(''), rows: lines.length, nextCursor };
  },
});

function cellOf(value: AuditRow[(typeof columns)[number]]): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
