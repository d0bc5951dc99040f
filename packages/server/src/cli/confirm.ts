/** Asks before what cannot be undone. Never waits for an answer that nobody can give: without a terminal --yes is required. */
import { BotServerError } from '../errors.ts';
import { ask, isAttended, processTerminal, type Terminal } from './ask.ts';
import { EXIT } from './exit-codes.ts';
import { complain } from './output.ts';

export interface YesOption {
  yes?: boolean;
}

/**
 * Answers whether it is to be done. A no is an answer, not a mistake: it is said that nothing was done, and the process exits with 1.
 * @param question What happens, with how many it happens to: "discard 12 events".
 * @param terminal @defaultValue that of the process
 * @throws BotServerError `usage` when nobody is there to ask and --yes was not said; `interrupted` at Ctrl-C
 */
export async function confirm(
  question: string,
  { yes = false, terminal = processTerminal() }: YesOption & { terminal?: Terminal },
): Promise<boolean> {
  if (yes) return true;
  if (!isAttended(terminal)) {
    throw new BotServerError('usage', `This would ${question}: pass --yes`, {
      fix: 'Pass --yes to do it unasked, or run it in a terminal, where it asks.',
    });
  }
  const isYes = (text: string) => /^y(es)?$/i.test(text);
  const fix = 'Run it again and answer y, or pass --yes.';
  if (await ask(`${question}? [y/N] `, { terminal, read: isYes, fix })) return true;
  complain('Nothing was done');
  process.exitCode = EXIT.failure;
  return false;
}
