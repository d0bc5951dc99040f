/** Registers teams with tokens that the operator has, also as other programs keep them: NDJSON, some lines at a time. */
import { z } from 'zod';
import { BotServerError, isBotServerError } from '../../errors.ts';
import { readAppId } from '../../store/identity-repository.ts';
import { next, server, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { type ActingServer, actingServer } from '../owner.ts';
import { importFormat } from './import-formats/import-format.ts';
import { createLineReader } from './import-formats/line-reader.ts';
import { importLines, MAX_IMPORT_LINES } from './import-lines.ts';
import { type ImportedLine, importCounts, importedLine, importTotals, totalWords } from './imported-line.ts';
import { openRehearsal } from './rehearsal.ts';

export const importTeams = defineOperation({
  name: 'teams.import',
  role: 'operate',
  summary: 'import teams with their tokens, and documents of the bot',
  undo: 'teams.deactivate and teams.purge for each team that was new; tokens and documents that were replaced are lost',
  // Each line holds a token.
  auditedInput: ({ lines, before: _before, ...options }) => ({ lines: lines.length, ...options }),
  auditedResult: ({ lines, format }) => ({ ...(format && { format }), ...importTotals(lines) }),
  input: z
    .strictObject({
      lines: z
        .array(z.string('must be a string: one JSON object'), 'must be a list of strings, each of them one JSON object')
        .max(MAX_IMPORT_LINES, `must be at most ${MAX_IMPORT_LINES} lines: send a longer file in several calls`)
        .describe('Each of them one JSON object; empty ones are skipped. The fields are in docs/importing.md.'),
      firstLine: wholeNumber(1, Number.MAX_SAFE_INTEGER)
        .default(1)
        .describe('Number of the first of them in its file.'),
      force: z
        .boolean('must be true or false')
        .default(false)
        .describe(
          'Also where the stored tokens rotate and are newer, or a document says something else: those are lost then. Also takes a workspace out of an organization that is in use here.',
        ),
      format: importFormat
        .optional()
        .describe('Which program wrote the lines. By default the first readable line shows it.'),
      dryRun: z.boolean('must be true or false').default(false).describe('Only report what would become of each line.'),
      before: z
        .array(z.string('must be a string: one JSON object'), 'must be a list of strings, each of them one JSON object')
        .max(MAX_IMPORT_LINES, `must be at most ${MAX_IMPORT_LINES} lines`)
        .default([])
        .describe(
          'Only for a dry run that is split into several calls: lines of earlier calls that these lines depend on, for example the team of a document. They are not in the answer.',
        ),
    })
    .refine(({ before, dryRun }) => before.length === 0 || dryRun, 'before is only for a dry run: set dryRun to true'),
  output: z.object({
    lines: z.array(importedLine).describe('Good lines are stored although others are bad.'),
    totals: importCounts.nullable().default(null).describe('Of this call; null: an older server does not say it.'),
    format: importFormat.nullable().describe('Which program wrote the lines; null: none of them could be read.'),
    server,
    ignored: z.array(z.string()).describe('Fields of another program of which nothing was made.'),
    next,
  }),
  progress: importedLine,
  errors: ['interrupted'],
  async run(context, { lines, before, format, ...options }) {
    const { store, clock, onProgress, signal } = context;
    await using own = options.dryRun && !context.rehearsal ? await openRehearsal(context) : undefined;
    const rehearsal = options.dryRun ? (context.rehearsal ?? own) : undefined;
    const { installations, data } = rehearsal ?? context;
    const nowMs = clock.now();
    const appId = await readAppId(store);
    const reader = createLineReader({ nowMs, format, appId });
    const { onTeams } = rehearsal ?? {};
    const importing = { ...options, nowMs, data, signal, ...(onTeams && { onTeams }) };
    await goThrough(before, installations, { ...importing, reader: createLineReader({ nowMs, format, appId }) });
    const imported: ImportedLine[] = [];
    for await (const line of importLines(lines, installations, { ...importing, reader })) {
      imported.push(line);
      onProgress(line);
    }
    // Nobody may be there any more to be told, but the audit says what was written.
    if (signal?.aborted && imported.length < lines.filter((line) => line.trim() !== '').length)
      throw stopped(imported, options);
    const acting = await actingServer(context);
    const totals = importTotals(imported);
    const isWritten = !options.dryRun && totals.imported + totals.changed > 0;
    const next = isWritten ? wordsOf(acting) : 'nothing was written';
    return {
      lines: imported,
      totals,
      format: reader.format ?? null,
      ignored: [...reader.ignored],
      server: acting,
      next,
    };
  },
});

/** Lines of earlier calls, of which nothing is told. */
async function goThrough(...[before, installations, options]: Parameters<typeof importLines>): Promise<void> {
  try {
    for await (const _line of importLines(before, installations, options));
  } catch (error) {
    // Its number would be taken for that of one of the lines.
    const cause = isBotServerError((error as Error).cause) ? (error as Error).cause : error;
    if (!isBotServerError(cause)) throw cause;
    const { code, message, facts } = cause;
    throw new BotServerError(code, `A line of before: ${message}`, { cause, facts });
  }
}

function wordsOf(acting: ActingServer): string {
  if (acting === null) return 'no server is running; the next one uses new tokens from its start';
  if (acting === 'several') return 'the server that owns a team uses its new token within a second';
  return 'the running server uses new tokens within a second';
}

/** The lines that were told of are written, and no other. */
function stopped(told: readonly ImportedLine[], { dryRun }: { dryRun: boolean }): BotServerError {
  const totals = importTotals(told);
  const message = dryRun
    ? 'Stopped before the last line; nothing was written'
    : `Stopped before the last line; ${totalWords(totals)}`;
  const fix = 'Run it again with the same lines: it takes the rest, and says of what is imported that it is unchanged.';
  return new BotServerError('interrupted', message, {
    facts: dryRun ? { ...totals, imported: 0, changed: 0 } : { ...totals },
    fix,
  });
}
