/** Lines of an import that are a document of the bot, not a team: `{"team_id":"T…","document":{"key":"…","value":…}}`, as `teams export` writes them. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { TeamData } from '../../data/team-data.ts';
import { isBotServerError } from '../../errors.ts';
import type { Installations } from '../../team/installations.ts';
import type { ImportedLine } from './imported-line.ts';

const documentLine = z.strictObject({
  team_id: z.string('team_id must be a string').min(1, 'team_id must not be empty').max(64, 'team_id is too long'),
  document: z.strictObject(
    { key: z.string('document.key must be a string'), value: z.unknown() },
    'document must be an object with key and value, and nothing else',
  ),
});

export type DocumentLine = z.output<typeof documentLine>;

export interface DocumentTarget {
  installations: Pick<Installations, 'findByTeam'>;
  data: (teamId: string) => Pick<TeamData, 'get' | 'set'>;
  /** Also over a document that says something else. */
  force: boolean;
}

/** Undefined for what is no such line: another reader says what is wrong with it. */
export function readDocumentLine(content: string): DocumentLine | { error: string } | undefined {
  // Most lines are teams, and need not be parsed twice.
  if (!content.includes('"document"')) return undefined;
  const value = parsed(content);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'document')) return undefined;
  const { data, error } = documentLine.safeParse(value);
  return data ?? { error: error.issues.map(({ message }) => message).join('; ') };
}

/** Again changes nothing; what somebody has written there since is left alone unless forced. */
export async function importDocument(
  line: number,
  { team_id: teamId, document: { key, value } }: DocumentLine,
  { installations, data, force }: DocumentTarget,
): Promise<ImportedLine> {
  try {
    if (!(await installations.findByTeam(teamId))) {
      return {
        line,
        error: `team ${teamId} is not known here: import it, or install the app there, before its documents`,
      };
    }
    const documents = data(teamId);
    const known = await documents.get<unknown>(key);
    if (known && isDeepStrictEqual(known.value, value)) return { line, teamId, document: key, outcome: 'unchanged' };
    if (known && !force) {
      return {
        line,
        error: `document ${key} of team ${teamId} has another value here: --force overwrites it`,
      };
    }
    await documents.set(key, value, force ? {} : { ifVersion: 0 });
    return { line, teamId, document: key, outcome: known ? 'replaced' : 'added' };
  } catch (cause) {
    const isOfLine = ['invalid_input', 'document_too_large', 'data_conflict', 'value_refused'].some(
      (code) => isBotServerError(cause) && cause.code === code,
    );
    if (isOfLine) return { line, error: `of team ${teamId}: ${(cause as Error).message}` };
    throw cause;
  }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content.trim());
  } catch {
    return undefined;
  }
}
