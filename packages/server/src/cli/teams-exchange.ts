/** `teams exchange`: prints what becomes of each token. Ctrl-C ends it after the token that is under way. */

import type { Command } from 'commander';
import { BotServerError } from '../errors.ts';
import { type ExchangedRow, type ExchangeProgress, exchangeTokens } from '../operations/teams/exchange-tokens.ts';
import { EXIT } from './exit-codes.ts';
import { interrupted } from './interruptible.ts';
import { wordsFor } from './known-words.ts';
import { commandOf, numberOption } from './operation-command.ts';
import { type JsonOption, say, sayJson } from './output.ts';
import { runOperation } from './run-operation.ts';

export function addExchange(teams: Command): void {
  commandOf(teams, exchangeTokens)
    .argument('[team]')
    .option('--all', 'the tokens of all active teams')
    .addOption(
      numberOption('--per-minute <n>', 'tokens per minute at most, 1 to 6000', exchangeTokens.input.shape.perMinute),
    )
    .action(teamsExchange);
}

export interface ExchangeCommandOptions extends JsonOption {
  all?: true;
  perMinute?: number;
}

/** Exchanges the tokens of one team or of all; exits 1 when some still do not rotate. */
export async function teamsExchange(teamId: string | undefined, options: ExchangeCommandOptions): Promise<void> {
  const { all, perMinute, json } = options;
  if (teamId !== undefined && all) throw new BotServerError('usage', 'Name a team or pass --all, not both');
  if (teamId === undefined && !all) throw new BotServerError('usage', 'Name a team, or pass --all');
  const call = { onProgress: json ? () => {} : sayProgress };
  const { tokens, left, stopped, next } = await runOperation(exchangeTokens, { teamId, all, perMinute }, call);
  const failed = tokens.filter(({ outcome }) => outcome === 'refused' || outcome === 'unreadable').length;
  const exchanged = tokens.filter(({ outcome }) => outcome === 'exchanged').length;
  if (failed > 0 || left > 0) process.exitCode = EXIT.failure;
  if (json) sayJson({ tokens, left });
  else say(`${exchanged} exchanged, ${failed} failed, ${left} left that do not rotate`);
  if (!json && exchanged > 0) say(next);
  if (stopped) throw interrupted(`Stopped after ${exchanged} exchanged`, 'Run it again for the rest.');
}

function sayProgress(progress: ExchangeProgress): void {
  const { kind } = progress;
  if (kind === 'delay') say(`${wordsFor(delayWords, progress.why)} (${Math.ceil(progress.waitMs / 1_000)} s)`);
  // A server of a newer version may say more, which this one has no words for.
  if (kind === 'token') say(`${progress.done} of ${progress.total}  ${lineOf(progress.token)}`);
}

const delayWords = {
  limited: 'Slack asks to wait',
  no_answer: 'Slack does not answer; asking again',
  not_stored: 'the new token cannot be stored yet; do not end this command',
} as const;

function lineOf(row: ExchangedRow): string {
  return `${row.installation} ${row.token === 'bot' ? 'bot' : `user ${row.userId}`}: ${wordsOf(row)}`;
}

function wordsOf({ outcome, slackError, expires, advice }: ExchangedRow): string {
  switch (outcome) {
    case 'exchanged':
      return `exchanged, refreshed by itself before ${expires}`;
    case 'rotates':
      return 'rotates already';
    case 'gone':
      return 'not there any more, or not active';
    case 'replaced':
      return 'installed the app again meanwhile, and has another token';
    case 'unreadable':
      return 'not exchanged: no key of ENCRYPTION_KEYS opens the token';
    case 'refused':
      return `not exchanged: ${slackError}. ${advice ?? ''}`;
    default:
      // What a server of a newer version knows besides.
      return outcome satisfies never;
  }
}
