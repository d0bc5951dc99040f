/** Asks at a terminal. Ctrl-C and the end of the input are no answers, and neither is a mistake in how the command was called. */
import { createInterface } from 'node:readline/promises';
import { interrupted } from './interruptible.ts';
import { wrapWords } from './wrap-words.ts';

/** Why the answer is not waited for: Ctrl-C, which a terminal hands over as a key while it is asked. */
const SIGINT = 'SIGINT';

/** Where it is asked and answered. */
export interface Terminal {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/** The terminal of the process: what is printed may go into a file. */
export const processTerminal = (): Terminal => ({ input: process.stdin, output: process.stderr });

/** Whether somebody is there. */
export function isAttended({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

export interface AskOptions<Answer> {
  terminal: Terminal;
  /** What was answered; undefined: ask again. */
  readonly read: (text: string) => Answer | undefined;
  /** How it goes on after Ctrl-C. */
  fix: string;
}

/**
 * The answer; undefined when the input ended before there was one (Ctrl-D).
 * @throws BotServerError `interrupted` at Ctrl-C
 */
export async function ask<Answer>(
  question: string,
  { terminal, read, fix }: AskOptions<Answer>,
): Promise<Answer | undefined> {
  const { input, output } = terminal;
  const asking = createInterface({ input, output });
  const asked = wrapWords(question, output.isTTY ? output.columns : undefined).join('\n');
  const ending = new AbortController();
  const endLine = () => output.write('\n');
  // What was typed ahead, while nothing was asked.
  const lines: string[] = [];
  asking.on('line', (line) => lines.push(line));
  asking.once('close', () => ending.abort());
  asking.once('SIGINT', () => {
    endLine();
    ending.abort(SIGINT);
  });
  try {
    for (;;) {
      const line = lines.shift() ?? (await asking.question(asked, { signal: ending.signal }));
      const answer = read(line.trim());
      if (answer !== undefined) return answer;
    }
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    if (ending.signal.reason === SIGINT) throw interrupted('Nothing was done', fix);
    // The line of the question is not ended by a key that is none of the answer.
    endLine();
    return undefined;
  } finally {
    asking.close();
  }
}
