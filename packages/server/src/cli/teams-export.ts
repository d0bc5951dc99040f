/** `teams export TEAM`: everything that is stored of a team, on standard output or in a file that nobody else can read. */
import { rm, writeFile } from 'node:fs/promises';
import { BotServerError } from '../errors.ts';
import { exportTeam } from '../operations/teams/export-team.ts';
import { type JsonOption, say, sayJson } from './output.ts';
import { runOperation } from './run-operation.ts';

export interface ExportOptions extends JsonOption {
  to?: string;
  tokens?: boolean;
}

/** What is printed has no secrets; with its tokens the team goes into a new file of mode 0600. */
export async function teamsExport(teamId: string, { to, tokens }: ExportOptions): Promise<void> {
  if (tokens && to === undefined) {
    throw new BotServerError('usage', '--tokens needs --to FILE: tokens are never printed', {
      fix: 'Name a file that does not exist yet.',
    });
  }
  const { next, ...team } = await runOperation(exportTeam, { teamId, tokens });
  if (to === undefined) return sayJson(team);
  try {
    await writeFile(to, `${JSON.stringify(team, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    // A part of it is of no use; what was there before is somebody's.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') await rm(to, { force: true }).catch(() => {});
    throw new BotServerError('usage', `${to} cannot be written: ${(cause as Error).message}`, {
      cause,
      fix: 'Name a file that does not exist yet, in a folder in which you may write.',
    });
  }
  say(`${teamId}: ${team.teams.length} teams, ${team.documents.length} documents, written to ${to}; ${next}`);
}
