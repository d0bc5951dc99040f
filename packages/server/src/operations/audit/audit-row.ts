/** A row of the audit as operators see it. */
import { z } from 'zod';
import { readObject } from '../../read-json.ts';
import { isoTime, time } from '../fields.ts';
import { type AuditEntry, auditOutcomes } from './audit-repository.ts';
import { auditSubject } from './audit-subject.ts';

const facts = z.record(z.string(), z.unknown());

export const auditRow = z.object({
  seq: z.int(),
  at: time,
  ended: time.nullable(),
  who: z.string().describe('The door, and who came through it: cli:ann, api:admin, mcp.'),
  from: z.string().describe('The address, or the machine on which it was typed.'),
  operation: z.string(),
  teamId: z.string().nullable(),
  subject: z
    .string()
    .nullable()
    .describe('What it was about beside the team, from what was asked: `job digest`, `event Ev0ACME0001`.'),
  outcome: z
    .enum(auditOutcomes)
    .describe('begun: it is under way, or its process died before it could say how it ended.'),
  error: z.string().nullable().describe('The code with which it failed.'),
  input: facts.describe('What was asked, without secrets.'),
  before: facts.nullable(),
  after: facts.nullable(),
  result: facts.nullable().describe('The numbers and words of the answer.'),
});

export type AuditRow = z.output<typeof auditRow>;

export function auditRowOf(entry: AuditEntry): AuditRow {
  const input = factsIn(entry.inputJson) ?? {};
  return {
    seq: entry.seq,
    at: isoTime(entry.atMs),
    ended: entry.endedAtMs === null ? null : isoTime(entry.endedAtMs),
    who: entry.who,
    from: entry.from,
    operation: entry.operation,
    teamId: entry.teamId,
    subject: auditSubject(input),
    outcome: entry.outcome,
    error: entry.errorCode,
    input,
    before: factsIn(entry.beforeJson),
    after: factsIn(entry.afterJson),
    result: factsIn(entry.resultJson),
  };
}

function factsIn(json: string | null): Record<string, unknown> | null {
  return json === null ? null : (readObject(json) ?? { unreadable: true });
}
