/** `teams import FILE`: reads lines and hands them to the operation, so many at a time. */
import type { ImportFormat } from '../operations/teams/import-formats/import-format.ts';
import type { ImportedLine } from '../operations/teams/import-lines.ts';
import { importTeams, MAX_IMPORT_LINES } from '../operations/teams/import-teams.ts';
import { importSource, type SourceLine } from './import-source.ts';
import { complain, EXIT, type JsonOption, say, sayJson } from './output.ts';
import { type Run, withOperations } from './run-operation.ts';

export interface ImportCommandOptions extends JsonOption {
  force?: boolean;
  format?: ImportFormat;
  dryRun?: boolean;
}

/** Prints what becomes of each line; exits 1 when one is bad. `-` is standard input. */
export async function teamsImport(file: string, { json, ...options }: ImportCommandOptions): Promise<void> {
  const teller = json ? silent : options.dryRun ? wouldSay : speaking;
  const results = await withOperations((run) => importPages(pagesOf(file), run, { ...options, teller }), {
    database: 'found',
  });
  const bad = results.filter((result) => 'error' in result).length;
  const verb = options.dryRun ? 'would be imported' : 'imported';
  if (json) sayJson(results);
  else say(`${results.length - bad} ${verb}, ${bad} bad`);
  if (bad > 0) process.exitCode = EXIT.failure;
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
  return `${result.teamId}: ${what}${would}${result.outcome}`;
}

type PageOptions = Omit<ImportCommandOptions, 'json'> & { teller: Teller };

async function importPages(
  pages: AsyncIterable<Page>,
  run: Run,
  { teller, format: given, ...options }: PageOptions,
): Promise<ImportedLine[]> {
  const imported: ImportedLine[] = [];
  const ignored = new Set<string>();
  let format = given;
  for await (const { lines, firstLine, places, faults } of pages) {
    const tell = (result: ImportedLine) => teller.result(places.get(result.line) ?? `line ${result.line}`, result);
    for (const fault of faults) tell(fault);
    const page = await run(importTeams, { lines, firstLine, format, ...options }, { onProgress: tell });
    // What the first page was recognised as, the others are as well.
    if (format === undefined && page.format !== null) sayFormat(page.format);
    format ??= page.format ?? undefined;
    for (const name of page.ignored) ignored.add(name);
    imported.push(...[...page.lines, ...faults].toSorted((a, b) => a.line - b.line));
  }
  if (ignored.size > 0) complain(`of no use here, not imported: ${[...ignored].join(', ')}`);
  return imported;
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

/** A page travels to a server as one body, which takes 4 MiB: up to 4 bytes a character are less. */
const MAX_PAGE_CHARS = 500_000;

async function* pagesOf(file: string): AsyncGenerator<Page> {
  let page = pageFrom(1);
  for await (const source of importSource(file)) {
    const isFull = source.line - page.firstLine >= MAX_IMPORT_LINES || page.chars >= MAX_PAGE_CHARS;
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
