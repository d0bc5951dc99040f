/** Asks before what cannot be undone. Never waits for an answer that nobody can give: without a terminal --yes is required. */
import { createInterface } from 'node:readline/promises';
import { BotServerError } from '../errors.ts';
import { EXIT } from './exit-codes.ts';
import { interrupted } from './interruptible.ts';
import { complain } from './output.ts';

export interface YesOption {
  yes?: boolean;
}

/** Why the answer is not waited for: Ctrl-C, which a terminal hands over as a key while it is asked. */
const SIGINT = 'SIGINT';

/** Where it is asked and answered. */
interface Terminal {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/**
 * Answers whether it is to be done. A no is an answer, not a mistake: it is said that nothing was done, and the process exits with 1.
 * @param question What happens, with how many it happens to: "discard 12 events".
 * @param terminal @defaultValue that of the process
 * @throws BotServerError `usage` when nobody is there to ask and --yes was not said; `interrupted` at Ctrl-C
 */
export async function confirm(
  question: string,
  { yes = false, terminal = { input: process.stdin, output: process.stderr } }: YesOption & { terminal?: Terminal },
): Promise<boolean> {
  if (yes) return true;
  if (!terminal.input.isTTY || !terminal.output.isTTY) {
    throw new BotServerError('usage', `This would ${question}: pass --yes`, {
      fix: 'Pass --yes to do it unasked, or run it in a terminal, where it asks.',
    });
  }
  if (await ask(`${question}? [y/N] `, terminal)) return true;
  complain('Nothing was done');
  process.exitCode = EXIT.failure;
  return false;
}

/** @throws BotServerError `interrupted` */
async function ask(question: string, { input, output }: Terminal): Promise<boolean> {
  const asking = createInterface({ input, output });
  const ending = new AbortController();
  asking.once('close', () => ending.abort());
  asking.once('SIGINT', () => {
    // The answer's line is not ended by a key that is none of it.
    output.write('\n');
    ending.abort(SIGINT);
  });
  try {
    const answer = await asking.question(question, { signal: ending.signal }).catch(() => '');
    if (/^y(es)?$/i.test(answer.trim())) return true;
  } finally {
    asking.close();
  }
  if (ending.signal.reason === SIGINT)
    throw interrupted('Nothing was done', 'Run it again and answer y, or pass --yes.');
  return false;
}
