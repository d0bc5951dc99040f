/** The rows of the audit, one statement per question. */
import type { Queries, Row, SqlValue, Statements } from '../../store/store.ts';

/** What came of it. `begun`: its end was not written, because it is still under way or its process died. */
export const auditOutcomes = ['begun', 'done', 'failed'] as const;

export type AuditOutcome = (typeof auditOutcomes)[number];

/** JSON texts hold no secret. */
export interface NewAudit {
  atMs: number;
  who: string;
  from: string;
  operation: string;
  teamId: string | null;
  inputJson: string;
  beforeJson: string | null;
}

export interface AuditEnd {
  endedAtMs: number;
  outcome: Exclude<AuditOutcome, 'begun'>;
  errorCode: string | null;
  afterJson: string | null;
  resultJson: string | null;
}

export interface AuditEntry extends NewAudit, Omit<AuditEnd, 'endedAtMs' | 'outcome'> {
  seq: number;
  endedAtMs: number | null;
  outcome: AuditOutcome;
}

export interface AuditFilter {
  who?: string;
  /** Its name, or the part before the dot. */
  operation?: string;
  teamId?: string;
  outcome?: AuditOutcome;
  sinceMs?: number;
  untilMs?: number;
  /** Only older than this. */
  beforeSeq?: number;
  limit: number;
}

/** Answers the number of the row. */
export async function beginAudit(store: Statements, audit: NewAudit): Promise<number> {
  const { atMs, who, from, operation, teamId, inputJson, beforeJson } = audit;
  const row = await store.get(
    `insert into audit (at_ms, who, origin, operation, team_id, input, state_before)
     values ($1, $2, $3, $4, $5, $6, $7) returning seq`,
    [atMs, who, from, operation, teamId, inputJson, beforeJson],
  );
  return Number(row?.seq);
}

export async function endAudit(store: Statements, seq: number, end: AuditEnd): Promise<void> {
  const { endedAtMs, outcome, errorCode, afterJson, resultJson } = end;
  await store.run(
    'update audit set ended_at_ms = $2, outcome = $3, error_code = $4, state_after = $5, result = $6 where seq = $1',
    [seq, endedAtMs, outcome, errorCode, afterJson, resultJson],
  );
}

/** The newest first. */
export async function listAudits(store: Statements, filter: AuditFilter): Promise<AuditEntry[]> {
  const params: SqlValue[] = [];
  const parts = ['1 = 1'];
  const { who, operation, teamId, outcome, sinceMs, untilMs, beforeSeq, limit } = filter;
  const equal = { who, team_id: teamId, outcome };
  for (const [column, value] of Object.entries(equal)) {
    if (value !== undefined) parts.push(`${column} = $${params.push(value)}`);
  }
  if (operation !== undefined) {
    const exact = `$${params.push(operation)}`;
    // A range, because `like` would take % and _ of the name for patterns: '/' is what follows '.'.
    const [from, to] = [`$${params.push(`${operation}.`)}`, `$${params.push(`${operation}/`)}`];
    parts.push(`(operation = ${exact} or (operation >= ${from} and operation < ${to}))`);
  }
  if (sinceMs !== undefined) parts.push(`at_ms >= $${params.push(sinceMs)}`);
  if (untilMs !== undefined) parts.push(`at_ms < $${params.push(untilMs)}`);
  if (beforeSeq !== undefined) parts.push(`seq < $${params.push(beforeSeq)}`);
  const sql = `select * from audit where ${parts.join(' and ')} order by seq desc limit $${params.push(limit)}`;
  return (await store.all(sql, params)).map(toEntry);
}

/** When an operation was first done with exactly this input; undefined when no row says so any more. */
export async function firstAuditMs(
  reads: Queries,
  { operation, inputJson }: Pick<NewAudit, 'operation' | 'inputJson'>,
): Promise<number | undefined> {
  const sql = `select min(at_ms) as at_ms from audit where operation = $1 and input = $2 and outcome = 'done'`;
  const first = (await reads.get(sql, [operation, inputJson]))?.at_ms;
  return first === null || first === undefined ? undefined : Number(first);
}

/** The number of the newest row; 0 without one. */
export async function newestAudit(reads: Queries): Promise<number> {
  return Number((await reads.get('select max(seq) as seq from audit'))?.seq ?? 0);
}

/** Those behind a number, and of the others those named that have ended; the oldest first. */
export async function auditsSince(
  reads: Queries,
  { afterSeq, open, limit }: { afterSeq: number; open: readonly number[]; limit: number },
): Promise<AuditEntry[]> {
  const ended = open.length === 0 ? '' : `or (seq in (${open.map(Number).join(', ')}) and outcome <> 'begun')`;
  const sql = `select * from audit where seq > $1 ${ended} order by seq limit $2`;
  return (await reads.all(sql, [afterSeq, limit])).map(toEntry);
}

/** Forgets what is older; answers how many. */
export function pruneAudits(store: Statements, beforeMs: number): Promise<number> {
  return store.run('delete from audit where at_ms < $1', [beforeMs]);
}

function toEntry(row: Row): AuditEntry {
  const text = (value: SqlValue | undefined) => (typeof value === 'string' ? value : null);
  return {
    seq: Number(row.seq),
    atMs: Number(row.at_ms),
    endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
    who: String(row.who),
    from: String(row.origin),
    operation: String(row.operation),
    teamId: text(row.team_id),
    inputJson: String(row.input),
    outcome: row.outcome as AuditOutcome,
    errorCode: text(row.error_code),
    beforeJson: text(row.state_before),
    afterJson: text(row.state_after),
    resultJson: text(row.result),
  };
}
