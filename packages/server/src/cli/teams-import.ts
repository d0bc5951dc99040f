/** `teams import FILE`: reads lines and hands them to the operation, so many at a time. */
import { type Command, Option } from 'commander';
import { type BotServerError, isBotServerError } from '../errors.ts';
import { type ImportFormat, importFormat } from '../operations/teams/import-formats/import-format.ts';
import { MAX_IMPORT_CHARS, MAX_IMPORT_LINES } from '../operations/teams/import-lines.ts';
import { importTeams } from '../operations/teams/import-teams.ts';
import { type ImportCounts, type ImportedLine, importTotals, totalWords } from '../operations/teams/imported-line.ts';
import { EXIT } from './exit-codes.ts';
import { ImportCalls } from './import-calls.ts';
import { importSource } from './import-source.ts';
import { interrupted, interruptible } from './interruptible.ts';
import { commandOf } from './operation-command.ts';
import { complain, type JsonOption, say, sayJson } from './output.ts';
import { withOperations } from './run-operation.ts';
import type { SourceLine } from './source-line.ts';

export function addImport(teams: Command): void {
  commandOf(teams, importTeams)
    .argument(
      '<file>',
      'teams of this server or of other programs: an export, NDJSON, CSV or a folder, see docs/importing.md; - is standard input',
    )
    .option(
      '--force',
      'also where the stored tokens rotate and are newer, or a document says something else: those are lost then; also takes workspaces out of organizations that are in use',
    )
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
    (run, { isRemote }) =>
      interruptible((signal) => {
        const calls = new ImportCalls({ ...options, run, isRemote, signal });
        return importPages(file, calls, { teller, signal });
      }),
    { database: 'found', rehearses: options.dryRun ?? false },
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

/** Of workspaces and of lines; `--json` has all workspaces. */
const MOST_NAMED = 20;

function workspaceWords(teamIds: readonly string[]): string {
  if (teamIds.length === 0) return '';
  const named = teamIds.slice(0, MOST_NAMED).join(', ');
  const more = teamIds.length > MOST_NAMED ? ` and ${teamIds.length - MOST_NAMED} more` : '';
  return ` with ${teamIds.length === 1 ? 'workspace' : 'workspaces'} ${named}${more}`;
}

interface PageOptions {
  teller: Teller;
  signal: AbortSignal;
}

/** What became of the lines; `isStopped`: others may be left. */
interface Imported {
  results: ImportedLine[];
  isStopped: boolean;
  /** What happens next; undefined when nothing was written. */
  next?: string | undefined;
}

async function importPages(file: string, calls: ImportCalls, { teller, signal }: PageOptions): Promise<Imported> {
  const imported: ImportedLine[] = [];
  const ignored = new Set<string>();
  let next: string | undefined;
  for await (const page of pagesOf(file, signal)) {
    // What was read when it was to end may be the half of a line.
    if (signal.aborted) break;
    const told: ImportedLine[] = [];
    const tell = (result: ImportedLine) => {
      told.push(result);
      teller.result(page.places.get(result.line) ?? `line ${result.line}`, result);
    };
    for (const fault of page.faults) tell(fault);
    const answered: ImportedLine[] = [];
    try {
      for await (const answer of calls.answers(page, tell)) {
        if (answer.lines.some(isWritten)) ({ next } = answer);
        for (const name of answer.ignored) ignored.add(name);
        answered.push(...answer.lines);
      }
    } catch (error) {
      if (!isCutOff(error)) throw error;
      imported.push(...inOrder(told));
      break;
    }
    imported.push(...inOrder([...answered, ...page.faults]));
  }
  if (calls.incomplete.length > 0) sayIncomplete(calls.incomplete);
  if (ignored.size > 0) complain(`fields that are not imported: ${[...ignored].join(', ')}`);
  return { results: imported, isStopped: signal.aborted, next };
}

/** What was told of is done; a server that was asked tells what it did nobody any more. */
function isCutOff(error: unknown): boolean {
  return isBotServerError(error, 'interrupted') && error.facts.imported !== undefined;
}

function sayIncomplete(lines: readonly number[]): void {
  const ranges = rangesOf(lines).map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`));
  const named = ranges.slice(0, MOST_NAMED).join(', ');
  const more = ranges.length > MOST_NAMED ? ` and ${ranges.length - MOST_NAMED} more places` : '';
  complain(
    `the forecast of ${lines.length === 1 ? 'line' : 'lines'} ${named}${more} is incomplete: each depends on more earlier lines than one call to a server takes; without --server it takes all`,
  );
}

function rangesOf(numbers: readonly number[]): { first: number; last: number }[] {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}

function isWritten(result: ImportedLine): boolean {
  return 'outcome' in result && result.outcome !== 'unchanged';
}

function inOrder(lines: readonly ImportedLine[]): ImportedLine[] {
  return lines.toSorted((a, b) => a.line - b.line);
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
