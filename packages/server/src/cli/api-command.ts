/** `slack-bot-server api METHOD` and `say`: what the bot of one team does in Slack, once and now. */
import { callMethod } from '../operations/api/call-method.ts';
import { sayToTeam } from '../operations/teams/say-to-team.ts';
import { callArguments, jsonIn } from './call-arguments.ts';
import { EXIT } from './exit-codes.ts';
import { type JsonOption, say, sayFacts, sayJson } from './output.ts';
import { runOperation } from './run-operation.ts';

export interface ApiOptions extends JsonOption {
  team: string;
}

/** `api METHOD --team T key=value …`: prints Slack's answer; exits 1 when that is no. */
export async function apiCall(
  method: string,
  words: readonly string[],
  { team: teamId, json }: ApiOptions,
): Promise<void> {
  const outcome = await runOperation(callMethod, { teamId, method, args: callArguments(words) });
  if (json) sayFacts(outcome);
  else sayJson(outcome.answer);
  if (!outcome.ok) process.exitCode = EXIT.failure;
}

export interface SayOptions extends JsonOption {
  blocks?: string;
  thread?: string;
}

/** `say TEAM TO TEXT`. */
export async function sayOnce(
  teamId: string,
  to: string,
  text: string | undefined,
  { json, blocks, thread }: SayOptions,
): Promise<void> {
  const outcome = await runOperation(sayToTeam, { teamId, to, text, blocks: blocksIn(blocks), thread });
  if (json) return sayFacts(outcome);
  say(`posted to ${outcome.channel}${outcome.ts === null ? '' : ` as ${outcome.ts}`}`);
}

const BLOCKS_EXAMPLE = `For example: --blocks '[{"type":"divider"}]', or --blocks @blocks.json for those of a file.`;

/** Whatever it is: the operation says what blocks are. */
export function blocksIn(text: string | undefined): Record<string, unknown>[] | undefined {
  if (text === undefined) return undefined;
  return jsonIn(text, '--blocks', BLOCKS_EXAMPLE) as Record<string, unknown>[];
}
