/** `teams import`: one JSON object per line becomes a team. Good lines are kept, bad ones are named by their number. */
import { BotServerError, isBotServerError } from '../errors.ts';
import type { Installations, InstallInput } from '../team/installations.ts';
import { systemClock } from '../time/clock.ts';
import { parseImportLine } from './import-line.ts';

/** What became of one line. */
export type ImportedLine =
  | { line: number; teamId: string; outcome: 'installed' | 'reinstalled' | 'reactivated' | 'updated' }
  | { line: number; error: string };

export interface ImportOptions {
  /** From when `expires_in` counts. */
  nowMs?: number;
  /** Takes tokens also when those that are stored are newer. @defaultValue false */
  force?: boolean;
}

/** Imports NDJSON. Empty lines are skipped; a token never gets into an error. */
export async function* importTeams(
  lines: AsyncIterable<string> | Iterable<string>,
  installations: Installations,
  { nowMs = systemClock.now(), force = false }: ImportOptions = {},
): AsyncGenerator<ImportedLine> {
  let line = 0;
  for await (const content of lines) {
    line++;
    if (content.trim() === '') continue;
    const parsed = parseImportLine(content, nowMs);
    if ('error' in parsed) yield { line, error: parsed.error };
    else yield await importLine(line, parsed.input, { installations, force });
  }
}

interface Target {
  installations: Installations;
  force: boolean;
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

/** A known team with another token is a re-install, with the same one an update. */
async function importOne(
  input: InstallInput,
  { installations, force }: Target,
): Promise<{ teamId: string; outcome: ImportOutcome }> {
  const teamId = input.key;
  const known = await installations.botCredential(input.key);
  if (known && known.token === input.bot?.token) {
    await installations.updateInstall(input);
    return { teamId, outcome: 'updated' };
  }
  const { outcome } = await installations.recordInstall(input, { unlessNewer: !force });
  return { teamId, outcome };
}

type ImportOutcome = Extract<ImportedLine, { outcome: string }>['outcome'];
