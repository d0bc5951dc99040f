/** `slack-bot-server why <message link | event id | team>`. */
import { BotServerError } from '../errors.ts';
import { explain } from '../operations/why/explain.ts';
import { counted } from '../operations/why/words.ts';
import { wordsFor } from './known-words.ts';
import { type JsonOption, say, sayJson } from './output.ts';
import { runOperation } from './run-operation.ts';

export interface WhyOptions extends JsonOption {
  team?: string;
  /** False with --no-slack. */
  slack: boolean;
}

/** Prints the answer, the story behind it, and how far back it sees. */
export async function why(about: string, { json, team: teamId, slack: askSlack }: WhyOptions): Promise<void> {
  const told = await runOperation(explain, { about, teamId, askSlack });
  if (told.subject === 'team' && told.outcome === 'unknown') throw unknownTeam(told);
  if (json) return sayJson(told);
  const { answer, advice, sentences, checks, text, seesBack, subject } = told;
  say(answer);
  if (advice !== null) say(advice);
  if (text !== null) say(`It says: ${JSON.stringify(text)}`);
  const story = sentences.filter((sentence) => sentence.text !== answer);
  if (story.length > 0) say();
  for (const sentence of story) say(`${wordsFor(MARKS, sentence.certainty)} ${sentence.text}`, 2);
  if (checks.length > 0) say();
  for (const { check, result } of checks) say(`  looked at ${check}: ${result}`, 4);
  if (subject === 'team') return;
  say();
  for (const { node, answered, remembers, since } of seesBack.processes) {
    say(
      `asked ${node}: ${answered ? remembersWords(remembers, since) : 'it did not answer, so what it remembers is not in here'}`,
    );
  }
  if (seesBack.processes.length === 0) say('no server runs: only rows were read');
  const rows = seesBack.rowsSince === null ? 'none yet' : `since ${seesBack.rowsSince}`;
  const more = seesBack.leftOut > 0 ? `; around that time ${seesBack.leftOut} were too many to be written` : '';
  say(`rows of failures, drops and repeats: ${rows}${more}`);
}

/** As `teams show` ends: a script must not take it for a team that is well. */
function unknownTeam({ answer, advice }: { answer: string; advice: string | null }): BotServerError {
  return new BotServerError(
    'installation_not_found',
    answer.replace(/\.$/, ''),
    advice === null ? {} : { fix: advice },
  );
}

/** Of a process: how much of what came it can tell. */
function remembersWords(remembers: number, since: string | null): string {
  if (since === null) return 'it remembers nothing (HISTORY_EVENTS is 0)';
  return `it remembers ${counted(remembers, 'event')}, all since ${since}`;
}

const MARKS = { proved: '·', likely: '? likely:', unknown: '?' } as const;
