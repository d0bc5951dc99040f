/** `teams import FILE`: reads lines and hands them to the operation, so many at a time. */
import { type Command, Option } from 'commander';
import { type BotServerError, isBotServerError } from '../errors.ts';
import { EarlierLines } from '../operations/teams/earlier-lines.ts';
import { type ImportFormat, importFormat } from '../operations/teams/import-formats/import-format.ts';
import { MAX_IMPORT_CHARS, MAX_IMPORT_LINES } from '../operations/teams/import-lines.ts';
import { importTeams } from '../operations/teams/import-teams.ts';
import { type ImportCounts, type ImportedLine, importTotals, totalWords } from '../operations/teams/imported-line.ts';
import { EXIT } from './exit-codes.ts';
import { importSource } from './import-source.ts';
import { interrupted, interruptible } from './interruptible.ts';
import { commandOf } from './operation-command.ts';
import { complain, type JsonOption, say, sayJson } from './output.ts';
import { type Run } from './run.ts';
import { withOperations } from './run-operation.ts';
import type { SourceLine } from './source-line.ts';

export function addImport(teams: Command): void {
  commandOf(teams, importTeams)
    .argument(
      '<file>',
      'teams of this server or of other programs: an export, NDJSON, CSV or a folder, see docs/importing.md; - is standard input',
    )
    .option('--force', 'also where the stored tokens rotate and are newer: those are lost then')
    .addOption(
      new Option('--format <program>', 'which program wrote it; by default the first line shows it').choices(
        importFormat.options,
      ),
    )
    .option('--dry-run', 'only report what would become of each line')
    .action(teamsImport);
}

export interface ImportCommandOptions extends JsonOption {
  force?: boolean;
  format?: ImportFormat;
  dryRun?: boolean;
}

/** Prints what becomes of each line; exits 1 when one is bad. `-` is standard input. */
export async function teamsImport(file: string, { json, ...options }: ImportCommandOptions): Promise<void> {
  const teller = json ? silent : options.dryRun ? wouldSay : speaking;
  const { results, isStopped, next } = await withOperations(
    (run) => interruptible((signal) => importPages(file, run, { ...options, teller, signal })),
    { database: 'found' },
  );
  const totals = importTotals(results);
  if (json) sayJson(results);
  else say(`${options.dryRun ? 'would be: ' : ''}${totalWords(totals)}`);
  const isWritten = !options.dryRun && totals.imported + totals.changed > 0;
  if (!json && isWritten && next !== undefined) say(next);
  if (totals.refused > 0) process.exitCode = EXIT.failure;
  if (isStopped) throw stopped(totals, options);
}

function stopped(totals: ImportCounts, { dryRun = false }: Pick<ImportCommandOptions, 'dryRun'>): BotServerError {
  if (dryRun) return interrupted('Stopped before the last line; nothing was written', 'Run it again.');
  const fix = 'Run it again with the same file: it takes the rest, and says of what is imported that it is unchanged.';
  return interrupted(`Stopped before the last line; ${totalWords(totals)}`, fix);
}

/** How people are told. */
interface Teller {
  readonly result: (place: string, result: ImportedLine) => void;
}

const silent: Teller = { result: () => {} };
const speaking: Teller = { result: (place, result) => say(wordsOf(place, result, '')) };
const wouldSay: Teller = { result: (place, result) => say(wordsOf(place, result, 'would be ')) };

function wordsOf(place: string, result: ImportedLine, would: string): string {
  if ('error' in result) return `${place}: ${result.error}`;
  const what = 'document' in result ? `document ${result.document} ` : '';
  const workspaces = 'workspaces' in result ? workspaceWords(result.workspaces ?? []) : '';
  return `${result.teamId}: ${what}${would}${result.outcome}${workspaces}`;
}

/** Ids that are printed; `--json` has all of them. */
const MOST_WORKSPACES = 20;

function workspaceWords(teamIds: readonly string[]): string {
  if (teamIds.length === 0) return '';
  const named = teamIds.slice(0, MOST_WORKSPACES).join(', ');
  const more = teamIds.length > MOST_WORKSPACES ? ` and ${teamIds.length - MOST_WORKSPACES} more` : '';
  return ` with ${teamIds.length === 1 ? 'workspace' : 'workspaces'} ${named}${more}`;
}

type PageOptions = Omit<ImportCommandOptions, 'json'> & { teller: Teller; signal: AbortSignal };

/** What became of the lines; `isStopped`: others may be left. */
interface Imported {
  results: ImportedLine[];
  isStopped: boolean;
  /** What happens next; undefined when nothing was written. */
  next?: string | undefined;
}

async function importPages(
  file: string,
  run: Run,
  { teller, signal, format: given, ...options }: PageOptions,
): Promise<Imported> {
  const imported: ImportedLine[] = [];
  const ignored = new Set<string>();
  let next: string | undefined;
  let format = given;
  const earlier = options.dryRun ? new EarlierLines(given) : undefined;
  for await (const { lines, firstLine, places, faults } of pagesOf(file, signal)) {
    // What was read when it was to end may be the half of a line.
    if (signal.aborted) break;
    const told: ImportedLine[] = [];
    const tell = (result: ImportedLine) => {
      told.push(result);
      teller.result(places.get(result.line) ?? `line ${result.line}`, result);
    };
    for (const fault of faults) tell(fault);
    const before = earlier?.before(lines) ?? [];
    const input = { lines, firstLine, format, ...options, ...(before.length > 0 && { before }) };
    const asked = run(importTeams, input, { onProgress: tell, signal });
    const page = await asked.catch(unlessCutOff);
    if (!page) {
      imported.push(...inOrder(told));
      break;
    }
    earlier?.add(lines, { firstLine, results: page.lines });
    // What the first page was recognised as, the others are as well.
    if (format === undefined && page.format !== null) sayFormat(page.format);
    format ??= page.format ?? undefined;
    if (page.lines.some(isWritten)) ({ next } = page);
    for (const name of page.ignored) ignored.add(name);
    imported.push(...inOrder([...page.lines, ...faults]));
  }
  if (ignored.size > 0) complain(`fields that are not imported: ${[...ignored].join(', ')}`);
  return { results: imported, isStopped: signal.aborted, next };
}

/** What was told of is done; a server that was asked tells what it did nobody any more. */
function unlessCutOff(error: unknown): undefined {
  if (isBotServerError(error, 'interrupted') && error.facts.imported !== undefined) return;
  throw error;
}

function isWritten(result: ImportedLine): boolean {
  return 'outcome' in result && result.outcome !== 'unchanged';
}

function inOrder(lines: readonly ImportedLine[]): ImportedLine[] {
  return lines.toSorted((a, b) => a.line - b.line);
}

/** On standard error, so that what is read by programs stays what it was. */
function sayFormat(format: ImportFormat): void {
  complain(`format: ${format} (recognised; --format says another)`);
}

interface Page {
  firstLine: number;
  /** Without gaps: what is not JSON is an empty line here, so that numbers stay those of the file. */
  lines: string[];
  chars: number;
  /** What people call each line. */
  places: Map<number, string>;
  /** Lines that are not even JSON. */
  faults: Extract<ImportedLine, { error: string }>[];
}

async function* pagesOf(file: string, signal: AbortSignal): AsyncGenerator<Page> {
  let page = pageFrom(1);
  for await (const source of importSource(file, signal)) {
    if (signal.aborted) break;
    const isFull = source.line - page.firstLine >= MAX_IMPORT_LINES || page.chars >= MAX_IMPORT_CHARS;
    if (isFull) {
      yield page;
      page = pageFrom(source.line);
    }
    add(page, source);
  }
  if (page.places.size > 0) yield page;
}

function pageFrom(firstLine: number): Page {
  return { firstLine, lines: [], chars: 0, places: new Map(), faults: [] };
}

function add(page: Page, source: SourceLine): void {
  const { line, place } = source;
  while (page.firstLine + page.lines.length < line) page.lines.push('');
  const content = 'content' in source ? source.content : '';
  page.lines.push(content);
  page.chars += content.length;
  page.places.set(line, place);
  if ('error' in source) page.faults.push({ line, error: source.error });
}
