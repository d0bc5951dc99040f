/** `teams import`: one JSON object per line becomes a team. Good lines are kept, bad ones are named by their number. */
import { z } from 'zod';
import { BotServerError, isBotServerError } from '../errors.ts';
import type { Installations, InstallInput } from '../team/installations.ts';

const text = (what: string, max: number) =>
  z
    .string(`${what} must be a text`)
    .trim()
    .min(1, `${what} must not be empty`)
    .max(max, `${what} must have at most ${max} characters`);

const lineSchema = z.object({
  team_id: z
    .string('team_id must be a text')
    .regex(/^[A-Z0-9]{1,32}$/, 'team_id must be 1 to 32 characters A–Z and 0–9, for example T0ACME0001'),
  // Without one, auth.test tells it.
  name: text('name', 255).nullish(),
  bot_token: text('bot_token', 1_000).regex(/^\S+$/, 'bot_token must not contain spaces'),
  bot_user_id: text('bot_user_id', 64).nullish(),
  bot_id: text('bot_id', 64).nullish(),
  scopes: z
    .union(
      [z.string().transform((list) => list.split(',')), z.array(z.string())],
      'scopes must be a list of texts, or texts with commas',
    )
    .transform((scopes) => scopes.map((scope) => scope.trim()).filter((scope) => scope !== ''))
    .nullish(),
});

/** What became of one line. */
export type ImportedLine =
  | { line: number; teamId: string; outcome: 'installed' | 'reinstalled' | 'reactivated' | 'updated' }
  | { line: number; error: string };

/** Imports NDJSON. Empty lines are skipped; a token never gets into an error. */
export async function* importTeams(
  lines: AsyncIterable<string> | Iterable<string>,
  installations: Installations,
): AsyncGenerator<ImportedLine> {
  let line = 0;
  for await (const content of lines) {
    line++;
    if (content.trim() === '') continue;
    const parsed = parseLine(content);
    if ('error' in parsed) yield { line, error: parsed.error };
    else yield await importLine(line, parsed.input, installations);
  }
}

/**
 * A line that the database refuses is a bad line like others.
 * @throws BotServerError that of the database when it fails, with the number of the line: those before are imported
 */
async function importLine(line: number, input: InstallInput, installations: Installations): Promise<ImportedLine> {
  try {
    return { line, ...(await importOne(input, installations)) };
  } catch (cause) {
    if (isBotServerError(cause, 'value_refused')) return { line, error: `of team ${input.key}: ${cause.message}` };
    if (!isBotServerError(cause)) throw cause;
    const { code, message, facts } = cause;
    throw new BotServerError(code, `Line ${line}: ${message}`, { cause, facts: { ...facts, line } });
  }
}

function parseLine(content: string): { input: InstallInput } | { error: string } {
  let value: unknown;
  try {
    // Trimmed: some editors begin a file with a byte order mark, which trim() counts as space and JSON.parse does not.
    value = JSON.parse(content.trim());
  } catch {
    return {
      error:
        'is not JSON; each line must be one object, for example {"team_id":"T0ACME0001","name":"Acme","bot_token":"…"}',
    };
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success)
    return { error: parsed.error.issues.map(({ path, message }) => describe(path, message)).join('; ') };
  const { team_id: teamId, name, bot_token: token, bot_user_id, bot_id, scopes } = parsed.data;
  return {
    input: {
      key: teamId,
      isEnterprise: false,
      appId: null,
      bot: { token, scopes: scopes ?? [], expiresAtMs: null },
      users: [],
      team: { teamId, name: name ?? null, domain: null, botUserId: bot_user_id ?? null, botId: bot_id ?? null },
    },
  };
}

function describe(path: PropertyKey[], message: string): string {
  const field = String(path[0] ?? 'the line');
  return message.startsWith(field) || message.includes('must') ? message : `${field}: ${message}`;
}

/** A known team with another token is a re-install, with the same one an update. */
async function importOne(
  input: InstallInput,
  installations: Installations,
): Promise<{ teamId: string; outcome: ImportOutcome }> {
  const teamId = input.key;
  const known = await installations.botCredential(input.key);
  if (known && known.token === input.bot?.token) {
    await installations.updateInstall(input);
    return { teamId, outcome: 'updated' };
  }
  const { outcome } = await installations.recordInstall(input);
  return { teamId, outcome };
}

type ImportOutcome = Extract<ImportedLine, { outcome: string }>['outcome'];
