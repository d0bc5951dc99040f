/** Asks before what cannot be undone. Never waits for an answer that nobody can give: without a terminal --yes is required. */
import { createInterface } from 'node:readline/promises';
import { BotServerError } from '../errors.ts';
import { interrupted } from './interruptible.ts';

export interface YesOption {
  yes?: boolean;
}

/** Why the answer is not waited for: Ctrl-C, which a terminal hands over as a key while it is asked. */
const SIGINT = 'SIGINT';

/**
 * Resolves when it is to be done.
 * @param question What happens, with how many it happens to: "discard 12 events".
 * @throws BotServerError `usage` when the answer is no, or nobody is there to ask and --yes was not said; `interrupted` at Ctrl-C
 */
export async function confirm(question: string, { yes = false }: YesOption): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new BotServerError('usage', `This would ${question}: pass --yes`);
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const ending = new AbortController();
  asking.once('close', () => ending.abort());
  asking.once('SIGINT', () => {
    // The answer's line is not ended by a key that is none of it.
    process.stderr.write('\n');
    ending.abort(SIGINT);
  });
  try {
    const answer = await asking.question(`${question}? [y/N] `, { signal: ending.signal }).catch(() => '');
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    asking.close();
  }
  if (ending.signal.reason === SIGINT)
    throw interrupted('Nothing was done', 'Run it again and answer y, or pass --yes.');
  throw new BotServerError('usage', 'Nothing was done', { fix: 'Answer y, or pass --yes.' });
}
