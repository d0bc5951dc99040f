/** `teams import FILE`: reads lines and hands them to the operation, so many at a time. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { BotServerError } from '../errors.ts';
import type { ImportedLine } from '../operations/teams/import-lines.ts';
import { importTeams, MAX_IMPORT_LINES } from '../operations/teams/import-teams.ts';
import { EXIT, type JsonOption, say, sayJson } from './output.ts';
import { withOperations } from './run-operation.ts';

export interface ImportCommandOptions extends JsonOption {
  force?: boolean;
}

/** Prints what becomes of each line; exits 1 when one is bad. `-` is standard input. */
export async function teamsImport(file: string, { json, force }: ImportCommandOptions): Promise<void> {
  const onProgress = json ? () => {} : sayLine;
  const results = await withOperations(
    async (run) => {
      const imported: ImportedLine[] = [];
      for await (const { firstLine, lines } of pagesOf(file)) {
        imported.push(...(await run(importTeams, { lines, firstLine, force }, { onProgress })).lines);
      }
      return imported;
    },
    { database: 'found' },
  );
  const bad = results.filter((result) => 'error' in result).length;
  if (json) sayJson(results);
  else say(`${results.length - bad} imported, ${bad} bad`);
  if (bad > 0) process.exitCode = EXIT.failure;
}

function sayLine(result: ImportedLine): void {
  say('error' in result ? `line ${result.line}: ${result.error}` : `${result.teamId}: ${result.outcome}`);
}

interface Page {
  firstLine: number;
  lines: string[];
  chars: number;
}

/** A page travels to a server as one body, which takes 4 MiB: up to 4 bytes a character are less. */
const MAX_PAGE_CHARS = 500_000;

async function* pagesOf(file: string): AsyncGenerator<Page> {
  let page: Page = { firstLine: 1, lines: [], chars: 0 };
  for await (const line of linesOf(file)) {
    page.lines.push(line);
    page.chars += line.length;
    if (page.lines.length < MAX_IMPORT_LINES && page.chars < MAX_PAGE_CHARS) continue;
    yield page;
    page = { firstLine: page.firstLine + page.lines.length, lines: [], chars: 0 };
  }
  if (page.lines.length > 0) yield page;
}

/** @throws BotServerError `invalid_input` when the file cannot be read */
async function* linesOf(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    throw new BotServerError('invalid_input', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
