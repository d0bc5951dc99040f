/** `teams export TEAM`: everything that is stored of a team, on standard output or in a file that nobody else can read. */

import { constants, existsSync, rmSync } from 'node:fs';
import { access, link, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { BotServerError, messageOf } from '../errors.ts';
import { exportTeam } from '../operations/teams/export-team.ts';
import type { LeftOutToken } from '../operations/teams/token-lines.ts';
import { counted } from '../operations/why/words.ts';
import { EXIT } from './exit-codes.ts';
import { wordsFor } from './known-words.ts';
import { unlessSignalled } from './lifeline.ts';
import { commandOf } from './operation-command.ts';
import { complain, type JsonOption, say, sayJson } from './output.ts';
import { runOperation } from './run-operation.ts';

export function addExport(teams: Command): void {
  commandOf(teams, exportTeam)
    .argument('<team>')
    .option('--to <file>', 'write into this new file, which only you can read')
    .option('--tokens', 'with its tokens, for `teams import`; needs --to')
    .action(teamsExport);
}

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
  if (to !== undefined) await requireNew(to);
  const noted = to === undefined ? { to: 'standard output' } : { file: resolve(to) };
  const { next, ...team } = await runOperation(exportTeam, { teamId, tokens }, { noted });
  if (to === undefined) return sayJson(team);
  await writeNew(to, `${JSON.stringify(team, null, 2)}\n`);
  const what = `${counted(team.teams.length, 'team')}, ${counted(team.documents.length, 'document')}`;
  say(`${teamId}: ${what}, written to ${to}; ${next}`);
  sayLeftOut(team.leftOut ?? []);
}

/** On standard error and with exit code 1: tokens were asked for, and whoever imports the file there misses them. */
function sayLeftOut(leftOut: readonly LeftOutToken[]): void {
  if (leftOut.length === 0) return;
  process.exitCode = EXIT.failure;
  for (const { installation, token, userId, why } of leftOut) {
    const whose = token === 'bot' ? 'the bot token' : `the user token of ${userId ?? 'a person'}`;
    complain(`${installation}: ${whose} is not in the file: ${wordsFor(LEFT_OUT_WORDS, why)}`);
  }
}

const LEFT_OUT_WORDS = {
  rotates:
    'it rotates, and only one server can refresh it; install the app there again, or move the whole database with `store copy`',
  unreadable: 'no key of ENCRYPTION_KEYS opens it',
  missing: 'there is none; the team must install the app again',
  without_bot: 'a line must have a bot token, and that of this team is left out',
} as const satisfies Record<LeftOutToken['why'], string>;

/** Before anything is read: whoever gets no file must not stand in the audit as having got it. @throws BotServerError `usage` */
async function requireNew(to: string): Promise<void> {
  if (existsSync(to)) throw notWritten(to, new Error(TAKEN));
  await access(dirname(resolve(to)), constants.W_OK).catch((cause: unknown) => {
    throw notWritten(to, cause);
  });
}

/** It appears under its name when it is whole: a part of it is of no use, and what was there before is somebody's. */
async function writeNew(to: string, text: string): Promise<void> {
  const draft = `${to}.${process.pid}.partial`;
  const discard = () => rmSync(draft, { force: true });
  try {
    await unlessSignalled(async () => {
      await writeFile(draft, text, { flag: 'wx', mode: 0o600, flush: true });
      await publish(draft, to);
    }, discard);
  } catch (cause) {
    throw notWritten(to, cause);
  } finally {
    discard();
  }
}

const TAKEN = 'it already exists';

function notWritten(to: string, cause: unknown): BotServerError {
  return new BotServerError('usage', `${to} cannot be written: ${messageOf(cause)}`, {
    cause,
    fix: 'Name a file that does not exist yet, in a folder in which you may write.',
  });
}

/** A link takes no name that is taken; some file systems have none. */
async function publish(draft: string, to: string): Promise<void> {
  try {
    await link(draft, to);
  } catch (cause) {
    if (existsSync(to)) throw new Error(TAKEN, { cause });
    await rename(draft, to);
  }
}
