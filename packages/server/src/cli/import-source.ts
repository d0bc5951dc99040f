/** Where `teams import` reads from: NDJSON, an export or CSV, of a file or standard input, or the folder of a FileInstallationStore. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { BotServerError } from '../errors.ts';
import { boltFolder, isBoltFolder } from './bolt-folder.ts';
import { csvHeader, csvRecords } from './csv-records.ts';
import { unpackedExports } from './export-document.ts';
import type { SourceLine } from './source-line.ts';

/**
 * @param signal Ends it, also where it waits for somebody who types.
 * @throws BotServerError `invalid_input` when it cannot be read, is empty, or is nothing of the kind
 */
export async function* importSource(file: string, signal?: AbortSignal): AsyncGenerator<SourceLine> {
  if (file !== '-' && !(await isFile(file)) && (await isBoltFolder(file))) return yield* numbered(boltFolder(file));
  const lines = linesOf(file, signal);
  try {
    yield* unpackedExports(textSource(notEmpty(lines, file, signal)));
  } finally {
    await lines.return(undefined);
  }
}

async function isFile(path: string): Promise<boolean> {
  // What cannot be looked at fails when it is read, with its reason.
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function* numbered(entries: ReturnType<typeof boltFolder>): AsyncGenerator<SourceLine> {
  let line = 0;
  for await (const entry of entries) yield { line: ++line, ...entry };
}

/** What comes out of a pipe is empty when the program before it failed: nobody is to take that for an import. */
async function* notEmpty(
  lines: AsyncGenerator<string>,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const line of lines) {
    isEmpty &&= line.trim() === '';
    yield line;
  }
  if (!isEmpty || signal?.aborted) return;
  const what = file === '-' ? 'Standard input' : file;
  throw new BotServerError('invalid_input', `${what} is empty: nothing to import`, {
    fix:
      file === '-'
        ? 'Look at what the program before it in the pipe says; it may have failed.'
        : 'Name a file with teams in it.',
  });
}

/** JSON begins with a brace; a line of names with commas between them is the header of a CSV. */
async function* textSource(lines: AsyncGenerator<string>): AsyncGenerator<SourceLine> {
  let line = 0;
  for await (const content of untilEnd(lines)) {
    line++;
    const header = headerIn(content);
    if (header) {
      for await (const record of csvRecords(untilEnd(lines), { header, firstLine: line + 1 })) yield placed(record);
      return;
    }
    if (content.trim() === '') continue;
    yield placed({ line, content });
    break;
  }
  for await (const content of lines) {
    line++;
    if (content.trim() !== '') yield placed({ line, content });
  }
}

/** The lines, without closing them when the reader stops: another one goes on. */
async function* untilEnd(lines: AsyncGenerator<string>): AsyncGenerator<string> {
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) yield next.value;
}

function placed<Line extends { line: number }>(line: Line): Line & { place: string } {
  return { ...line, place: `line ${line.line}` };
}

/** A byte order mark is no part of the first name. */
function headerIn(line: string): readonly string[] | undefined {
  const names = csvHeader(line.replace(/^\uFEFF/, ''));
  return names.includes('team_id') && names.every((name) => /^\w+$/.test(name)) ? names : undefined;
}

async function* linesOf(file: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, ...(signal && { signal }) });
  } catch (cause) {
    throw new BotServerError('invalid_input', `${file} cannot be read: ${(cause as Error).message}`, {
      cause,
      fix: 'Name a file or a folder that is there and that you may read; - is standard input.',
    });
  }
}
