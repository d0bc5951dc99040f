/** What an import answers for each line. */
import { z } from 'zod';

/** What became of one line. */
export const importedLine = z.union([
  z.object({
    line: z.int(),
    teamId: z.string(),
    document: z.string().describe('The key of a document of the bot.'),
    outcome: z.enum(['added', 'replaced', 'unchanged']),
  }),
  z.object({
    line: z.int(),
    teamId: z.string(),
    workspaces: z
      .array(z.string())
      .optional()
      .describe('Of an organization that is new here: the workspaces in its line that were also new here.'),
    outcome: z
      .enum(['installed', 'reinstalled', 'reactivated', 'updated', 'unchanged'])
      .describe(
        'Updated: known here with the same token, and something else is new. Unchanged: nothing is new, or it is inactive in the other program and known here: what is known here counts.',
      ),
  }),
  z.object({ line: z.int(), error: z.string() }),
]);

export type ImportedLine = z.output<typeof importedLine>;

/** How many lines became what; documents count like teams. */
export const importCounts = z.object({
  imported: z.int().describe('New here.'),
  changed: z.int().describe('Known here, and written again because something is new.'),
  unchanged: z.int(),
  refused: z.int().describe('Lines with an error.'),
});

export type ImportCounts = z.output<typeof importCounts>;

const COUNTED_AS = {
  installed: 'imported',
  added: 'imported',
  reinstalled: 'changed',
  reactivated: 'changed',
  updated: 'changed',
  replaced: 'changed',
  unchanged: 'unchanged',
} as const;

/** Counts what became of these lines. */
export function importTotals(lines: readonly ImportedLine[]): ImportCounts {
  const counts = { imported: 0, changed: 0, unchanged: 0, refused: 0 };
  for (const line of lines) counts['error' in line ? 'refused' : COUNTED_AS[line.outcome]]++;
  return counts;
}

/** The same in words, at the command line and in the message of what was stopped. */
export function totalWords({ imported, changed, unchanged, refused }: ImportCounts): string {
  return `${imported} new, ${changed} updated, ${unchanged} unchanged, ${refused} bad`;
}
