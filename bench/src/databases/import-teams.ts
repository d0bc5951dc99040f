/** Puts teams into a database through the server's command line, as an operator would. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Team } from '../processes/messages.ts';

const SERVER_CLI = fileURLToPath(new URL('./cli/main.ts', import.meta.resolve('slack-bot-server')));
const TIMEOUT_MS = 600_000;

export interface ImportOptions {
  teams: readonly Team[];
  /** The database and whatever else the server's environment needs to open it. */
  env: { DATABASE_URL: string; ENCRYPTION_KEYS?: string };
  /** Where the list is written; it holds tokens. */
  file: string;
  signal: AbortSignal;
}

/** Answers how long it took, in milliseconds, the start of the process included. @throws Error when the import fails, or the signal's reason */
export async function importTeams({ teams, env, file, signal }: ImportOptions): Promise<number> {
  await writeFile(file, teams.map(toLine).join('\n'), { mode: 0o600 });
  const words = ['--conditions=source', SERVER_CLI, 'teams', 'import', file, '--json'];
  const startedAtMs = performance.now();
  await promisify(execFile)(process.execPath, words, {
    env: { PATH: process.env.PATH ?? '', ...env },
    signal,
    timeout: TIMEOUT_MS,
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  return performance.now() - startedAtMs;
}

/** With the bot's ids, so that the server need not ask for them: the other clients do not either. */
function toLine({ teamId, name, token, botUserId, botId }: Team): string {
  return JSON.stringify({ team_id: teamId, name, bot_token: token, bot_user_id: botUserId, bot_id: botId });
}
