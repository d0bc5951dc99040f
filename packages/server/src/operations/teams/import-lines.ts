/** One JSON object per line becomes a team, ours or another program's. Good lines are kept, bad ones are named by their number. */
import { BotServerError, isBotServerError } from '../../errors.ts';
import type { Installations, InstallInput } from '../../team/installations.ts';
import { systemClock } from '../../time/clock.ts';
import { type DocumentLine, type DocumentTarget, importDocument, readDocumentLine } from './import-document.ts';
import type { ReadLine } from './import-formats/import-format.ts';
import { createLineReader, type LineReader } from './import-formats/line-reader.ts';
import type { ImportedLine } from './imported-line.ts';

export interface ImportOptions {
  /** From when `expires_in` counts. */
  nowMs?: number;
  /** The number of the first line. @defaultValue 1 */
  firstLine?: number;
  /** Takes tokens also when those that are stored are newer, or the team uses an organization's. @defaultValue false */
  force?: boolean;
  /** Is told of which teams the next lines are, before anything is done with them. @defaultValue nobody is */
  onTeams?: (teamIds: readonly string[]) => Promise<void>;
  /** Where documents of the bot go. @defaultValue lines of documents are bad */
  data?: DocumentTarget['data'];
  /** Ends it between two transactions; what is not told of is not imported. */
  signal?: AbortSignal | undefined;
  /** Understands the lines. @defaultValue one that recognises them by the first that can be read */
  reader?: LineReader;
}

/** Where teams are imported: the database, or that of a dry run. */
export type ImportedInto = Pick<Installations, 'recordNewInstalls' | 'importInstall' | 'findByTeam'>;

/** Lines of one call at most; a longer file takes several. */
export const MAX_IMPORT_LINES = 1_000;

/** Characters of its lines, and of those of earlier calls in the same body: of 4 MiB, at up to 3 bytes a character and with escapes. */
export const MAX_IMPORT_CHARS = 500_000;

/** Lines that are written at once: one by one each takes a transaction and ten statements. */
const BATCH = 200;

/** Imports lines. Empty lines are skipped; a token never gets into an error. */
export async function* importLines(
  lines: AsyncIterable<string> | Iterable<string>,
  installations: ImportedInto,
  options: ImportOptions = {},
): AsyncGenerator<ImportedLine> {
  const { nowMs = systemClock.now(), firstLine = 1, force = false, onTeams = async () => {}, signal } = options;
  const reader = options.reader ?? createLineReader({ nowMs });
  const target = { installations, force, onTeams, signal };
  let batch: ParsedLine[] = [];
  let ids = new Set<string>();
  let line = firstLine - 1;
  for await (const content of lines) {
    if (signal?.aborted) return;
    line++;
    if (content.trim() === '') continue;
    const document = readDocumentLine(content);
    const parsed = { line, ...(document ? documentAsLine(document, options.data) : reader.read(content)) };
    // The later of two lines of a team finds what the first one wrote.
    const isLater = 'document' in parsed || ('input' in parsed && ids.has(parsed.input.key));
    if (batch.length === BATCH || isLater) {
      yield* importBatch(batch, target);
      batch = [];
      ids = new Set();
    }
    if ('document' in parsed) {
      await onTeams([parsed.document.team_id]);
      yield await importDocument(line, parsed.document, { ...target, data: parsed.data });
      continue;
    }
    batch.push(parsed);
    if ('input' in parsed) for (const id of idsOf(parsed.input)) ids.add(id);
  }
  if (!signal?.aborted) yield* importBatch(batch, target);
}

/** A document is written behind the lines before it, of which one may be its team. */
function documentAsLine(
  document: DocumentLine | { error: string },
  data: ImportOptions['data'],
): { document: DocumentLine; data: NonNullable<ImportOptions['data']> } | { error: string } {
  if ('error' in document) return document;
  return data ? { document, data } : { error: 'documents are imported by `teams import` only' };
}

type ParsedLine = { line: number } & ReadLine;

/** The team of a line, and the workspaces that it names. */
export function idsOf({ key, workspaces = [] }: InstallInput): string[] {
  return [key, ...workspaces.map(({ teamId }) => teamId)];
}

/** What is new in one transaction; what is known, and all of it when one line is refused, line by line. */
async function* importBatch(batch: readonly ParsedLine[], target: Target): AsyncGenerator<ImportedLine> {
  const inputs = batch.flatMap((parsed) => ('input' in parsed ? [parsed.input] : []));
  await target.onTeams(inputs.flatMap(idsOf));
  const stored = await storeNew(inputs, target);
  for (const parsed of batch) {
    const { line } = parsed;
    if ('error' in parsed) yield { line, error: parsed.error };
    else if (stored.has(parsed.input.key)) yield { line, teamId: parsed.input.key, outcome: 'installed' };
    else if (!target.signal?.aborted) yield await importLine(line, parsed.input, target);
  }
}

/** A failure is left to the single lines: they say which one it is. */
async function storeNew(inputs: readonly InstallInput[], { installations }: Target): Promise<ReadonlySet<string>> {
  try {
    return await installations.recordNewInstalls(inputs);
  } catch (error) {
    if (!isBotServerError(error)) throw error;
    return new Set();
  }
}

interface Target extends Required<Pick<ImportOptions, 'force' | 'onTeams'>> {
  installations: ImportedInto;
  signal: AbortSignal | undefined;
}

/** Of a line that is not taken: its message says why, and the fix what helps. */
const REFUSALS = ['newer_tokens_stored', 'team_of_organization'] as const;

/**
 * A line that the database refuses is a bad line like others.
 * @throws BotServerError that of the database when it fails, with the number of the line: those before are imported
 */
async function importLine(line: number, input: InstallInput, { installations, force }: Target): Promise<ImportedLine> {
  const teamId = input.key;
  try {
    const { outcome, workspaces } = await installations.importInstall(input, { force });
    return { line, teamId, outcome, ...(workspaces.length > 0 && { workspaces: [...workspaces] }) };
  } catch (cause) {
    if (!isBotServerError(cause)) throw cause;
    const { code, message, fix, facts } = cause;
    if (REFUSALS.some((refusal) => refusal === code)) return { line, error: `${message}. ${fix}` };
    if (code === 'value_refused') return { line, error: `of team ${teamId}: ${message}` };
    throw new BotServerError(code, `Line ${line}: ${message}`, { cause, facts: { ...facts, line } });
  }
}
