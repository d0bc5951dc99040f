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
    outcome: z
      .enum(['installed', 'reinstalled', 'reactivated', 'updated', 'unchanged'])
      .describe(
        'Updated: known here with the same token, and something else is new. Unchanged: nothing is new, or it is inactive in the other program and known here: what is known here counts.',
      ),
  }),
  z.object({ line: z.int(), error: z.string() }),
]);

export type ImportedLine = z.output<typeof importedLine>;
