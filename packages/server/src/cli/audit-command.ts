/** `slack-bot-server audit …`: who changed what. */

import { type Command, Option } from 'commander';
import { BotServerError } from '../errors.ts';
import { type AuditOutcome, auditOutcomes } from '../operations/audit/audit-repository.ts';
import type { AuditRow } from '../operations/audit/audit-row.ts';
import { exportAudit } from '../operations/audit/export-audit.ts';
import { listAudit, MAX_AUDIT_PAGE } from '../operations/audit/list-audit.ts';
import { commandOf, numberOption } from './operation-command.ts';
import { type JsonOption, say, sayJson, sayJsonLine, sayRaw, sayTable } from './output.ts';
import type { Run } from './run.ts';
import { runOperation, withOperations } from './run-operation.ts';

export function addAudit(audit: Command): void {
  picksAudits(commandOf(audit, listAudit, { isDefault: true }))
    .addOption(numberOption('--limit <n>', 'rows at most, 1 to 500', listAudit.input.shape.limit))
    .option('--cursor <cursor>', 'continue after an earlier list')
    .action(auditList);
  picksAudits(commandOf(audit, exportAudit)).action(auditExport);
}

/** Which rows of the audit. */
function picksAudits(command: Command): Command {
  return command
    .option('--who <who>', 'only by this one, for example cli:ann')
    .option('--operation <name>', 'only this operation, for example teams.deactivate, or all of teams')
    .option('--team <team>', 'only about this team')
    .addOption(new Option('--outcome <outcome>', 'only with this outcome').choices(auditOutcomes))
    .option('--since <time>', 'not older than this: 24h, 7d, or 2026-11-18T11:00:00Z')
    .option('--until <time>', 'older than this');
}

/** Which rows. */
export interface AuditOptions extends JsonOption {
  who?: string;
  operation?: string;
  team?: string;
  outcome?: AuditOutcome;
  since?: string;
  until?: string;
}

/** `audit list`. */
export async function auditList({
  json,
  team,
  ...query
}: AuditOptions & { limit?: number; cursor?: string }): Promise<void> {
  const { entries, nextCursor } = await runOperation(listAudit, { ...query, teamId: team });
  if (entries.length === 0 && query.operation !== undefined) await requireOperation(query.operation);
  if (json) return sayJson({ entries, nextCursor });
  if (entries.length === 0) return say('no entries');
  sayTable(
    ['WHEN', 'WHO', 'FROM', 'WHAT', 'TEAM', 'SUBJECT', 'OUTCOME', 'CHANGE'],
    entries.map((row) => [
      row.at,
      row.who,
      row.from,
      row.operation,
      row.teamId ?? '',
      subjectOf(row),
      row.error ?? row.outcome,
      changeOf(row),
    ]),
  );
  if (nextCursor !== null) say(`older ones are not shown: --cursor ${nextCursor}`);
}

/** Asked only where nothing was found: an earlier version may have had others. @throws BotServerError `usage` */
async function requireOperation(named: string): Promise<void> {
  const { operations } = await import('../operations/operations.ts');
  const groups = [...new Set(operations.map(({ name }) => name.slice(0, name.indexOf('.'))))];
  if (groups.includes(named) || operations.some(({ name }) => name === named)) return;
  const [group = ''] = named.split('.');
  const ofGroup = operations.filter(({ name }) => name.startsWith(`${group}.`)).map(({ name }) => name);
  const known = ofGroup.length > 0 ? ofGroup : groups;
  throw new BotServerError('usage', `There is no operation ${JSON.stringify(named)}; there are ${known.join(', ')}`);
}

/** `audit export`: CSV on standard output, or one JSON document; page by page, so that a long audit needs no memory. */
export async function auditExport({ json, team, ...query }: AuditOptions): Promise<void> {
  const asked = { ...query, teamId: team };
  await withOperations((run) => (json ? exportJson(run, asked) : exportCsv(run, asked)), { onlyReads: true });
}

type Asked = Omit<AuditOptions, 'json' | 'team'> & { teamId: string | undefined };

async function exportCsv(run: Run, asked: Asked): Promise<void> {
  for (let cursor: string | undefined; ; ) {
    const page = await run(exportAudit, { ...asked, cursor });
    sayRaw(page.csv);
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

async function exportJson(run: Run, asked: Asked): Promise<void> {
  let separator = '{"entries":[\n';
  for (let cursor: string | undefined; ; ) {
    const page = await run(listAudit, { ...asked, cursor, limit: MAX_AUDIT_PAGE });
    for (const entry of page.entries) {
      sayRaw(separator);
      sayJsonLine(entry);
      separator = ',';
    }
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  sayRaw(separator === ',' ? ']}\n' : '{"entries":[]}\n');
}

/** Characters of a subject in the table: a query may be long; `--json` has all of it. */
const SUBJECT_WIDTH = 60;

function subjectOf({ subject }: AuditRow): string {
  if (subject === null || subject.length <= SUBJECT_WIDTH) return subject ?? '';
  return `${subject.slice(0, SUBJECT_WIDTH - 1)}…`;
}

/**
 * What differs, `status active → inactive`, and why where the answer says it; without a state what came of it. Of one whose end is not
 * known it is not known what differs.
 */
function changeOf({ outcome, before, after, result }: AuditRow): string {
  if (outcome === 'begun') return '';
  if (result?.changed === false) return 'nothing changed';
  if (!before && !after) return wordsOf(result ?? {});
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changed = Array.from(names).filter((name) => before?.[name] !== after?.[name]);
  const why = typeof result?.why === 'string' ? [`why=${result.why}`] : [];
  const words = changed.map((name) => `${name} ${textOf(before?.[name])} → ${textOf(after?.[name])}`);
  return [...words, ...why].join(', ');
}

function wordsOf(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join(' ');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
