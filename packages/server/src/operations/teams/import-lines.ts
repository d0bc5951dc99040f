/** One JSON object per line becomes a team, ours or another program's. Good lines are kept, bad ones are named by their number. */
import { isDeepStrictEqual } from 'node:util';
import type { TeamData } from '../../data/team-data.ts';
import { BotServerError, isBotServerError } from '../../errors.ts';
import type { Installations, InstallInput } from '../../team/installations.ts';
import { systemClock } from '../../time/clock.ts';
import { type DocumentLine, importDocument, readDocumentLine } from './import-document.ts';
import type { ReadLine } from './import-formats/import-format.ts';
import { createLineReader, type LineReader } from './import-formats/line-reader.ts';
import type { ImportedLine } from './imported-line.ts';

export interface ImportOptions {
  /** From when `expires_in` counts. */
  nowMs?: number;
  /** The number of the first line. @defaultValue 1 */
  firstLine?: number;
  /** Takes tokens also when those that are stored are newer. @defaultValue false */
  force?: boolean;
  /** Writes nothing and answers what would be written. @defaultValue false */
  dryRun?: boolean;
  /** Where documents of the bot go. @defaultValue lines of documents are bad */
  data?: (teamId: string) => TeamData;
  /** Ends it between two transactions; what is not told of is not imported. */
  signal?: AbortSignal | undefined;
  /** Understands the lines. @defaultValue one that recognises them by the first that can be read */
  reader?: LineReader;
}

/** Lines that are written at once: one by one each takes a transaction and ten statements. */
const BATCH = 200;

/** Imports lines. Empty lines are skipped; a token never gets into an error. */
export async function* importLines(
  lines: AsyncIterable<string> | Iterable<string>,
  installations: Installations,
  options: ImportOptions = {},
): AsyncGenerator<ImportedLine> {
  const { nowMs = systemClock.now(), firstLine = 1, force = false, dryRun = false, signal } = options;
  const reader = options.reader ?? createLineReader({ nowMs });
  const seen = dryRun ? new Map<string, InstallInput>() : undefined;
  const target = { installations, force, signal, seen, seenWorkspaces: new Set<string>() };
  let batch: ParsedLine[] = [];
  let keys = new Set<string>();
  let line = firstLine - 1;
  for await (const content of lines) {
    if (signal?.aborted) return;
    line++;
    if (content.trim() === '') continue;
    const document = readDocumentLine(content);
    const parsed = { line, ...(document ? documentAsLine(document, options.data) : reader.read(content)) };
    const key = 'input' in parsed ? parsed.input.key : '';
    // The later of two lines of a team finds what the first one wrote.
    if (batch.length === BATCH || keys.has(key) || 'document' in parsed) {
      yield* importBatch(batch, target);
      batch = [];
      keys = new Set();
    }
    if ('document' in parsed) {
      yield await importDocument(line, parsed.document, { ...target, dryRun, data: parsed.data });
      continue;
    }
    batch.push(parsed);
    if (key !== '') keys.add(key);
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

/** What is new in one transaction; what is known, and all of it when one line is refused, line by line. */
async function* importBatch(batch: readonly ParsedLine[], target: Target): AsyncGenerator<ImportedLine> {
  const inputs = batch.flatMap((parsed) => ('input' in parsed ? [parsed.input] : []));
  const stored = await storeNew(inputs, target);
  for (const parsed of batch) {
    const { line } = parsed;
    if ('error' in parsed) yield { line, error: parsed.error };
    else if (stored.has(parsed.input.key)) yield { line, ...(await withWorkspaces(parsed.input, target)) };
    else if (!target.signal?.aborted) yield await importLine(line, parsed.input, target);
  }
}

/** A failure is left to the single lines: they say which one it is. */
async function storeNew(
  inputs: readonly InstallInput[],
  { installations, seen }: Target,
): Promise<ReadonlySet<string>> {
  if (seen) return await newIn(inputs, { installations, seen });
  try {
    return await installations.recordNewInstalls(inputs);
  } catch (error) {
    if (!isBotServerError(error)) throw error;
    return new Set();
  }
}

/** Of a dry run: those of which neither a row nor an earlier line knows. */
async function newIn(
  inputs: readonly InstallInput[],
  { installations, seen }: Pick<Target, 'installations'> & { seen: Map<string, InstallInput> },
): Promise<ReadonlySet<string>> {
  const known = await installations.findMany(inputs.map(({ key }) => key));
  const keys = new Set([...known.map(({ installation }) => installation.key), ...seen.keys()]);
  const fresh = inputs.filter(({ key }) => !keys.has(key));
  for (const input of fresh) seen.set(input.key, input);
  return new Set(fresh.map(({ key }) => key));
}

interface Target {
  installations: Installations;
  force: boolean;
  signal: AbortSignal | undefined;
  /** Of a dry run: what earlier lines would have stored, by key. */
  seen: Map<string, InstallInput> | undefined;
  /** Of a dry run: workspaces of organizations among them. */
  seenWorkspaces: Set<string>;
}

/**
 * A line that the database refuses is a bad line like others.
 * @throws BotServerError that of the database when it fails, with the number of the line: those before are imported
 */
async function importLine(line: number, input: InstallInput, target: Target): Promise<ImportedLine> {
  try {
    return { line, ...(await importOne(input, target)) };
  } catch (cause) {
    if (isBotServerError(cause, 'newer_tokens_stored')) return { line, error: `${cause.message}. ${cause.fix}` };
    if (isBotServerError(cause, 'value_refused')) return { line, error: `of team ${input.key}: ${cause.message}` };
    if (!isBotServerError(cause)) throw cause;
    const { code, message, facts } = cause;
    throw new BotServerError(code, `Line ${line}: ${message}`, { cause, facts: { ...facts, line } });
  }
}

/**
 * A known team with another token is a re-install; with the same one an update, or unchanged when nothing is new in the line. That it is inactive in another program proves nothing of
 * one that is known here: such a line only adds.
 */
async function importOne(input: InstallInput, target: Target): Promise<ImportedTeam> {
  const { installations, force, seen } = target;
  const teamId = input.key;
  if (input.inactive) {
    const added = !seen && (await addInactive(input, installations));
    return added ? await withWorkspaces(input, target) : { teamId, outcome: 'unchanged' };
  }
  const earlier = seen?.get(teamId);
  const known = earlier ? earlier.bot?.token : (await installations.botCredential(teamId))?.token;
  if (known !== undefined && known === input.bot?.token) {
    const isChanged = earlier
      ? !isDeepStrictEqual(earlier, input)
      : (await installations.updateInstall(input, { isTrial: seen !== undefined })).isChanged;
    seen?.set(teamId, input);
    return { teamId, outcome: isChanged ? 'updated' : 'unchanged' };
  }
  if (earlier) return { teamId, outcome: 'reinstalled' };
  const { outcome } = await installations.recordInstall(input, { unlessNewer: !force, isTrial: seen !== undefined });
  seen?.set(teamId, input);
  return outcome === 'installed' ? await withWorkspaces(input, target) : { teamId, outcome };
}

/** Of one that is known here Slack has said more. Slack is asked about a new one as well, and its word counts. */
async function withWorkspaces(
  { key, workspaces = [] }: InstallInput,
  { installations, seen, seenWorkspaces }: Target,
): Promise<ImportedTeam> {
  const added = { teamId: key, outcome: 'installed' } as const;
  if (workspaces.length === 0) return added;
  const teamIds = workspaces.map(({ teamId }) => teamId);
  if (seen) {
    for (const teamId of teamIds) seenWorkspaces.add(teamId);
    return { ...added, workspaces: teamIds };
  }
  const found = await installations.find(key);
  if (!found) return added;
  const { install } = found.installation.version;
  const { granted } = await installations.recordWorkspaces(key, { install, workspaces, by: 'import' });
  return { ...added, workspaces: [...granted] };
}

/** Answers whether it was not known before. What is more than a plain workspace is written as a single install. */
async function addInactive(input: InstallInput, installations: Installations): Promise<boolean> {
  if ((await installations.recordNewInstalls([input])).has(input.key)) return true;
  if (await installations.find(input.key)) return false;
  await installations.recordInstall(input, { unlessNewer: true });
  return true;
}

type ImportedTeam = Omit<Exclude<Extract<ImportedLine, { outcome: string }>, { document: string }>, 'line'>;
